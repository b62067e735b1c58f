import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { PersistenceModule } from '@clinic/persistence';
import { RemindersController } from './reminders.controller';

@Module({ imports: [ConfigModule.forRoot({ isGlobal: true }), PersistenceModule], controllers: [RemindersController] })
export class RemindersModule {}
