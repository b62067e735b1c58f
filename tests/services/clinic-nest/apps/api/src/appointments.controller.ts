import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Appointment } from '@clinic/persistence';
import { Repository } from 'typeorm';

@Controller('appointments')
export class AppointmentsController {
  constructor(@InjectRepository(Appointment) private readonly appointments: Repository<Appointment>) {}

  @Get(':id')
  find(@Param('id') id: string) {
    return this.appointments.findOneByOrFail({ id });
  }

  @Post()
  book(@Body() body: Pick<Appointment, 'patient' | 'at'>) {
    return this.appointments.save(body);
  }
}
