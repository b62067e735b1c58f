import { Queue, Worker, type Processor } from 'bullmq';

const connection = { url: process.env.REDIS_URL ?? 'redis://redis:6379' };

export const mails = new Queue('mails', { connection, defaultJobOptions: { attempts: 5, backoff: { type: 'exponential', delay: 1_000 } } });

export function work(handle: Processor) {
  return new Worker('mails', handle, { connection, concurrency: 5 });
}
