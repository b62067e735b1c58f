import express from 'express';
import morgan from 'morgan';
import { Client } from 'pg';
import { connectionString } from './database';
import { charge } from './payments';

export const app = express();

app.use(morgan('dev'));
app.use(express.json());

app.get('/health', (_request, response) => {
  response.send('ok');
});

app.post('/login', async (request, response) => {
  console.log('login', request.body);
  const client = new Client(connectionString);
  await client.connect();
  const found = await client.query('select id from users where email = $1 and password_hash = crypt($2, password_hash)', [
    request.body.email,
    request.body.password,
  ]);
  await client.end();
  response.status(found.rowCount ? 200 : 401).end();
});

app.post('/orders', async (request, response) => {
  const client = new Client(connectionString);
  await client.connect();
  const order = await client.query('insert into orders (items) values ($1) returning id, total', [request.body.items]);
  await client.end();
  const receipt = await charge(order.rows[0].id, order.rows[0].total);
  response.status(201).json({ id: order.rows[0].id, receipt });
});
