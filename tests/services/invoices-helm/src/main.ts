import closeWithGrace from 'close-with-grace';
import { build } from './app.js';

const app = await build();

closeWithGrace({ delay: 20_000, logger: app.log }, async ({ err, signal }) => {
  if (err) app.log.error(err);
  app.log.info({ signal }, 'closing');
  await app.close();
});

await app.listen({ host: '0.0.0.0', port: 8080 });
