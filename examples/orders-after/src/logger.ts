import pino from 'pino';
import { environment } from './environment';

export const logger = pino({
  level: environment.LOG_LEVEL,
  redact: ['req.headers.authorization', 'req.headers.cookie', '*.password'],
});
