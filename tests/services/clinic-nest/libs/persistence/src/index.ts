export { Appointment } from './appointment.entity';
export { PersistenceModule } from './persistence.module';
