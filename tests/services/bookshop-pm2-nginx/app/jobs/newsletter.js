const db = require('../db');
const logger = require('../logger');

async function main() {
  const [readers] = await db.query('SELECT email FROM readers WHERE newsletter = 1');
  for (const { email } of readers) {
    logger.info('queued', { email });
  }
  await db.end();
}

main();
