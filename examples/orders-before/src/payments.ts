export async function charge(order: string, amount: number) {
  const response = await fetch('https://payments.internal/charges', {
    method: 'POST',
    headers: { authorization: `Bearer ${process.env.PAYMENTS_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ order, amount }),
  });
  return response.json();
}
