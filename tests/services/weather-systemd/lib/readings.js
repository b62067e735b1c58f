import Database from 'better-sqlite3';

const db = new Database(process.env.DATABASE ?? '/var/lib/weather-station/readings.db');
db.pragma('journal_mode = WAL');
db.exec('CREATE TABLE IF NOT EXISTS readings (station TEXT, at INTEGER, celsius REAL, hectopascal REAL)');

const insert = db.prepare('INSERT INTO readings VALUES (@station, @at, @celsius, @hectopascal)');
const latest = db.prepare('SELECT * FROM readings WHERE station = ? ORDER BY at DESC LIMIT 1');

export const readings = {
  add: (reading) => insert.run(reading),
  latest: (station) => latest.get(station) ?? null,
  writable: () => !db.readonly,
};
