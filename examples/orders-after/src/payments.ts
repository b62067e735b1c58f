import { environment } from './environment';

export async function charge(order: string, amount: number) {
  const response = await fetch(new URL('/charges', environment.PAYMENTS_URL), {
    method: 'POST',
    headers: { authorization: `Bearer ${environment.PAYMENTS_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ order, amount }),
    signal: AbortSignal.timeout(5_000),
  });
  return response.json();
}
