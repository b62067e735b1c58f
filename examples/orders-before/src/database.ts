import { Client } from 'pg';

export const connectionString = process.env.DATABASE_URL || 'postgres://orders:orders-Kd82hWq1@db.internal:5432/orders';

export async function connect() {
  const client = new Client(connectionString);
  await client.connect();
  await client.query('select 1');
  await client.end();
}
