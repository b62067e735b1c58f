import compression from 'compression';
import express from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import { randomUUID } from 'node:crypto';
import { pinoHttp } from 'pino-http';
import { collectDefaultMetrics, register } from 'prom-client';
import { pool } from './database';
import { logger } from './logger';
import { charge } from './payments';

collectDefaultMetrics();

export const app = express();

app.set('trust proxy', 1);
app.use(pinoHttp({ logger, genReqId: (request) => request.headers['x-request-id'] ?? randomUUID() }));
app.use(helmet());
app.use(compression());
app.use(express.json({ limit: '100kb' }));

app.get('/health', async (_request, response) => {
  await pool.query('select 1');
  response.send('ok');
});

app.get('/metrics', async (_request, response) => {
  response.type(register.contentType).send(await register.metrics());
});

app.use(rateLimit({ windowMs: 60_000, limit: 120 }));

app.post('/login', async (request, response) => {
  const found = await pool.query('select id from users where email = $1 and password_hash = crypt($2, password_hash)', [
    request.body.email,
    request.body.password,
  ]);
  request.log.info({ found: found.rowCount }, 'login attempt');
  response.status(found.rowCount ? 200 : 401).end();
});

app.post('/orders', async (request, response) => {
  const order = await pool.query('insert into orders (items) values ($1) returning id, total', [request.body.items]);
  const receipt = await charge(order.rows[0].id, order.rows[0].total);
  response.status(201).json({ id: order.rows[0].id, receipt });
});
