import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { APP_GUARD } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Appointment, PersistenceModule } from '@clinic/persistence';
import * as Joi from 'joi';
import { LoggerModule } from 'nestjs-pino';
import { AppointmentsController } from './appointments.controller';
import { HealthController } from './health.controller';

@Module({
  imports: [
    ConfigModule.forRoot({
      isGlobal: true,
      validationSchema: Joi.object({ DATABASE_URL: Joi.string().uri().required(), PORT: Joi.number().port() }),
    }),
    LoggerModule.forRoot({ pinoHttp: { level: 'info', redact: ['req.headers.authorization', 'req.body.patient'] } }),
    ThrottlerModule.forRoot([{ ttl: 60_000, limit: 60 }]),
    TerminusModule,
    PersistenceModule,
    TypeOrmModule.forFeature([Appointment]),
  ],
  controllers: [AppointmentsController, HealthController],
  providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
})
export class ApiModule {}
