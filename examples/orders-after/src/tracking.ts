import * as Sentry from '@sentry/node';
import { environment } from './environment';

Sentry.init({ dsn: environment.SENTRY_DSN, environment: environment.NODE_ENV });
