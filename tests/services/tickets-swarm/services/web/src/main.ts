import { createServer } from 'node:http';
import { app } from './app';
import { log } from './log';
import { pool } from './pool';

const server = createServer(app.callback()).listen(Number(process.env.PORT) || 3000);

async function stop() {
  log.info('stopping');
  server.close();
  await pool.end();
}

process.on('SIGTERM', stop);
process.on('unhandledRejection', (reason) => log.error(reason));
