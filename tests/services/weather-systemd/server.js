import Fastify from 'fastify';
import rateLimit from '@fastify/rate-limit';
import { readings } from '#lib/readings';
import { subscribe } from '#lib/stations';

const app = Fastify({
  logger: { level: process.env.LOG_LEVEL ?? 'info' },
  keepAliveTimeout: 72_000,
  requestTimeout: 10_000,
});

await app.register(rateLimit, { max: 100, timeWindow: '1 minute' });

app.get('/readings/:station', async (request) => readings.latest(request.params.station));
app.get('/healthz', async () => ({ ok: readings.writable() }));

const stations = subscribe(app.log, (reading) => readings.add(reading));

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    app.log.info({ signal }, 'stopping');
    await stations.endAsync();
    await app.close();
    process.exit(0);
  });
}

process.on('uncaughtException', (error) => {
  app.log.fatal(error);
  process.exit(1);
});

await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 4180) });
