import './tracking';
import { createServer } from 'node:http';
import { app } from './app';
import { connect, pool } from './database';
import { environment } from './environment';
import { logger } from './logger';

const server = createServer(app);
server.keepAliveTimeout = 65_000;
server.headersTimeout = 66_000;

async function shutdown(signal: string) {
  logger.info({ signal }, 'shutting down');
  server.close(async () => {
    await pool.end();
    process.exit(0);
  });
  setTimeout(() => process.exit(1), 25_000).unref();
}

process.on('SIGTERM', () => shutdown('SIGTERM'));
process.on('SIGINT', () => shutdown('SIGINT'));

process.on('uncaughtException', (error) => {
  logger.fatal({ err: error }, 'uncaught exception');
  process.exit(1);
});

process.on('unhandledRejection', (reason) => {
  logger.error({ err: reason }, 'unhandled rejection');
  throw reason;
});

connect().then(() => {
  server.listen(environment.PORT, () => logger.info({ port: environment.PORT }, 'orders listens'));
});
