import { env } from './env';
import { redis } from './redis';

async function refresh() {
  const feeds = await redis.smembers('feeds');
  for (const feed of feeds) {
    const response = await fetch(`${env.INDEX_URL}/feeds/${feed}`, { signal: AbortSignal.timeout(10_000) });
    await redis.set(`feed:${feed}`, await response.text());
  }
  console.log('✅ refreshed', feeds.length, 'feeds');
}

setInterval(refresh, 15 * 60_000);
