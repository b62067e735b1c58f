import { createTransport } from 'nodemailer';
import { work } from '@tickets/queue';

const transport = createTransport(process.env.SMTP_URL);

const worker = work(async (job) => {
  console.log(`sending ${job.name} for ticket ${job.data.ticket}`);
  await transport.sendMail({ from: 'tickets@example.org', to: job.data.to, subject: 'Votre billet est réservé' });
});

worker.on('failed', (job, error) => console.error(job?.id, error));
