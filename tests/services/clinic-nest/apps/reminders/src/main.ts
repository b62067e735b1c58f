import { NestFactory } from '@nestjs/core';
import { MicroserviceOptions, Transport } from '@nestjs/microservices';
import { RemindersModule } from './reminders.module';

async function bootstrap() {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(RemindersModule, {
    transport: Transport.RMQ,
    options: { urls: [process.env.AMQP_URL ?? 'amqp://rabbit'], queue: 'reminders', noAck: false },
  });
  await app.listen();
}

void bootstrap();
