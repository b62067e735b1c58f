import { z } from 'zod';

export const env = z
  .object({ PORT: z.coerce.number().default(8080), REDIS_URL: z.string().url(), INDEX_URL: z.string().url() })
  .parse(process.env);
