import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity()
export class Appointment {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column()
  patient!: string;

  @Column({ type: 'timestamptz' })
  at!: Date;
}
