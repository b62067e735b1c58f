import { cleanEnv, port, str, url } from 'envalid';

export const environment = cleanEnv(process.env, {
  NODE_ENV: str({ choices: ['production', 'staging', 'development', 'test'] }),
  PORT: port({ default: 3000 }),
  LOG_LEVEL: str({ default: 'info' }),
  DATABASE_URL: url(),
  PAYMENTS_URL: url(),
  PAYMENTS_TOKEN: str(),
  SENTRY_DSN: url(),
});
