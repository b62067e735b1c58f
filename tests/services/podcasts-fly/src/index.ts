import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { logger } from 'hono/logger';
import { secureHeaders } from 'hono/secure-headers';
import { env } from './env';
import { redis } from './redis';

const app = new Hono();

app.use(logger());
app.use(secureHeaders());
app.use(compress());

app.get('/up', async (c) => c.text(await redis.ping()));
app.get('/search', async (c) => {
  const query = c.req.query('q') ?? '';
  const cached = await redis.get(`search:${query}`);
  if (cached) return c.json(JSON.parse(cached));
  const response = await fetch(`${env.INDEX_URL}/search?term=${encodeURIComponent(query)}`);
  const found = await response.json();
  await redis.set(`search:${query}`, JSON.stringify(found), 'EX', 600);
  return c.json(found);
});

serve({ fetch: app.fetch, port: env.PORT });
