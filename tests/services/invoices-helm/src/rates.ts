import { Agent, request } from 'undici';

const dispatcher = new Agent({ headersTimeout: 3_000, bodyTimeout: 3_000, connect: { timeout: 1_000 } });

export async function rate(currency: string): Promise<number> {
  const { body } = await request(`https://rates.example/v1/${currency}`, { dispatcher });
  const { value } = (await body.json()) as { value: number };
  return value;
}
