import { Controller, Logger } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';

@Controller()
export class RemindersController {
  private readonly logger = new Logger(RemindersController.name);

  @EventPattern('appointment.tomorrow')
  async remind(@Payload() appointment: { id: string; phone: string }) {
    this.logger.log(`erinnere an Termin ${appointment.id}`);
    await fetch('https://sms.example/v2/send', {
      method: 'POST',
      body: JSON.stringify({ to: appointment.phone, text: 'Bis morgen in der Praxis!' }),
      signal: AbortSignal.timeout(5_000),
    });
  }
}
