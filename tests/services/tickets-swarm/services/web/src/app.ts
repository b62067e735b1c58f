import Router from '@koa/router';
import Koa from 'koa';
import { mails } from '@tickets/queue';
import { pool } from './pool';

const router = new Router();

router.get('/live', (context) => {
  context.body = 'ok';
});

router.post('/tickets/:event', async (context) => {
  const { rows } = await pool.query('insert into tickets (event) values ($1) returning id', [context.params.event]);
  await mails.add('confirmation', { ticket: rows[0].id });
  context.status = 201;
  context.body = { id: rows[0].id };
});

export const app = new Koa();
app.use(router.routes());
