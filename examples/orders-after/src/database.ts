import pRetry from 'p-retry';
import pg from 'pg';
import { environment } from './environment';

export const pool = new pg.Pool({ connectionString: environment.DATABASE_URL, max: 10, connectionTimeoutMillis: 5_000 });

export async function connect() {
  await pRetry(() => pool.query('select 1'), { retries: 8, minTimeout: 500, factor: 2 });
}
