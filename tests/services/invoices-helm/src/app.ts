import helmet from '@fastify/helmet';
import postgres from '@fastify/postgres';
import Fastify from 'fastify';
import { collectDefaultMetrics, register } from 'prom-client';
import { rate } from './rates.js';

collectDefaultMetrics();

export async function build() {
  const app = Fastify({ logger: { level: process.env.LOG_LEVEL ?? 'info', redact: ['req.headers.authorization'] } });
  await app.register(helmet);
  await app.register(postgres, { connectionString: process.env.DATABASE_URL, max: 20 });

  app.get('/livez', async () => 'ok');
  app.get('/readyz', async () => {
    await app.pg.query('select 1');
    return 'ok';
  });
  app.get('/metrics', async (_request, reply) => reply.type(register.contentType).send(await register.metrics()));
  app.get<{ Params: { id: string } }>('/invoices/:id', async ({ params }) => {
    const { rows } = await app.pg.query('select * from invoices where id = $1', [params.id]);
    return { ...rows[0], total: rows[0].net * (await rate(rows[0].currency)) };
  });
  return app;
}
