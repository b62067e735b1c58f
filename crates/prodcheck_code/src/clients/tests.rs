//! Clients, when they are made, and what start-up depends on.

use super::{Clients, Made, Retry};
use crate::in_memory::ask;

const PACKAGE: &str = r#"{ "dependencies": { "redis": "^4.6.0", "@prisma/client": "^6.0.0" } }"#;

fn of(files: &[(&str, &str)]) -> Clients {
    ask(files, &[], super::read)
}

fn one(text: &str) -> Clients {
    of(&[("größe.ts", text), ("package.json", PACKAGE)])
}

fn made(text: &str) -> Vec<String> {
    let shown = one(text).made.into_iter().map(|client| {
        let made = match client.made {
            Made::Once => "once",
            Made::PerHandler(_) => "per handler",
            Made::ForTask => "task",
            Made::Unknown => "unknown",
        };
        let serves = if client.serves.is_some() { " serves" } else { "" };
        format!("{} {:?} {made}{serves}", client.package, client.pooling)
    });
    shown.collect()
}

fn startup(text: &str) -> Vec<String> {
    shown(one(text))
}

fn shown(clients: Clients) -> Vec<String> {
    let shown = clients.startup.into_iter().map(|dependency| {
        let retry = match dependency.retry {
            Retry::BySelf => "by itself".to_owned(),
            Retry::By(by, _) => by,
            Retry::None => "none".to_owned(),
            Retry::Off(option, _) => format!("off: {option}"),
        };
        format!("{} {}: {retry}", dependency.package, dependency.call)
    });
    shown.collect()
}

#[test]
fn when_clients_are_made() {
    for (code, shown) in [
        ("import { Pool } from 'pg'; const pool = new Pool()", "pg Pool once"),
        (
            "import pg from 'pg'; import e from 'express'; e().get('/', async (q, s) => { const c = new pg.Client(); await c.connect(); await c.end() })",
            "pg Single per handler",
        ),
        (
            "import { Pool } from 'pg'; import e from 'express'; function db() { return new Pool() } e().get('/', async (q, s) => { await db().query('x') })",
            "pg Pool per handler",
        ),
        (
            "import { Pool } from 'pg'; import e from 'express'; let pool; function db() { if (!pool) pool = new Pool(); return pool } e().get('/', async (q, s) => { await db().query('x') })",
            "pg Pool once",
        ),
        (
            "import { Pool } from 'pg'; import e from 'express'; let pool; const db = () => pool ??= new Pool(); e().get('/', async (q, s) => { await db().query('x') })",
            "pg Pool once",
        ),
        (
            "import { PrismaClient } from '@prisma/client'; globalThis.prisma ??= new PrismaClient(); export default globalThis.prisma",
            "@prisma/client Pool once",
        ),
        (
            "import { PrismaClient } from '@prisma/client'; export const prisma = global.prisma || new PrismaClient()",
            "@prisma/client Pool once",
        ),
        (
            "import { PrismaClient } from '../generated/prisma'; import e from 'express'; e().get('/', async (req, res) => { const prisma = new PrismaClient(); res.json(await prisma.user.findMany()) })",
            "@prisma/client Pool per handler",
        ),
        (
            "import { PrismaClient } from '@prisma/client'; export async function GET() { const p = new PrismaClient() }",
            "@prisma/client Pool unknown",
        ),
        (
            "import mysql from 'mysql2/promise'; import e from 'express'; const c = await mysql.createConnection(url); e().get('/', async (q, s) => s.json(await c.query('x')))",
            "mysql2 Single once serves",
        ),
        (
            "import mysql from 'mysql'; import e from 'express'; const c = mysql.createPool(o); e().get('/', (q, s) => c.query('x', s.json))",
            "mysql Pool once",
        ),
        (
            "import { MongoClient } from 'mongodb'; import e from 'express'; e().post('/import', async (req, res) => { const c = await MongoClient.connect(req.body.url) })",
            "mongodb Pool task",
        ),
        (
            "import { MongoClient } from 'mongodb'; import e from 'express'; e().post('/x', async (req, res) => { const c = await MongoClient.connect(process.env.MONGO_URL) })",
            "mongodb Pool per handler",
        ),
        (
            "import { Client } from 'pg'; export async function lock(f) { const c = new Client(); await c.connect(); await f(); await c.end() }",
            "pg Single task",
        ),
        (
            "import { Worker } from 'bullmq'; import Redis from 'ioredis'; new Worker('a', async job => { const r = new Redis(); await r.get('x') })",
            "ioredis Multiplexed per handler",
        ),
        (
            "import knex from 'knex'; export const db = knex({ client: 'better-sqlite3', connection: { filename: 'x' } })",
            "knex Pool once",
        ),
    ] {
        let found = made(code);
        let found: Vec<_> = found.iter().filter(|client| !client.starts_with("bullmq")).collect();
        assert_eq!(found, [shown], "{code}");
    }
}

#[test]
fn databases_that_users_name_and_services_of_a_container() {
    for (code, shown) in [
        (
            "import mysql from 'mysql2/promise'; import e from 'express'; e().post('/setup', async (request, response) => { let db = request.body.db; const c = await mysql.createConnection({ host: db.host }) })",
            "mysql2 Single task",
        ),
        (
            "import mysql from 'mysql2/promise'; import e from 'express'; const test = async uri => { const c = await mysql.createConnection({ uri }) }; const check = async monitor => test(monitor.uri); e().post('/m', async (req, res) => { await check(await Monitor.load(req.id)) })",
            "mysql2 Single task",
        ),
        (
            "import Redis from 'ioredis'; import e from 'express'; const options = db => ({ host: db.host }); const open = async db => { const o = await options(db); return new Redis(o) }; e().get('/k', async (req, res) => { await open(await find(req.id)) })",
            "ioredis Multiplexed task",
        ),
        (
            "import mysql from 'mysql2/promise'; import e from 'express'; const open = async uri => mysql.createConnection({ uri }); e().get('/m', async (req, res) => { await open(process.env.DB_URL) })",
            "mysql2 Single per handler",
        ),
        (
            "import { PrismaClient } from '@prisma/client'; import { Injectable } from '@nestjs/common'; @Injectable() export class P extends PrismaClient {}",
            "@prisma/client Pool once",
        ),
    ] {
        assert_eq!(made(code), [shown], "{code}");
    }
}

#[test]
fn what_start_up_depends_on() {
    for (code, shown) in [
        ("import mongoose from 'mongoose'; mongoose.connect(url)", "mongoose connect: none"),
        (
            "import mongoose from 'mongoose'; async function boot() { try { await mongoose.connect(url) } catch (e) { log(e) } } boot()",
            "mongoose connect: none",
        ),
        (
            "import mongoose from 'mongoose'; const connect = async () => { try { await mongoose.connect(url) } catch (e) { setTimeout(connect, 5000) } }; connect()",
            "mongoose connect: a call of itself after a delay",
        ),
        (
            "import mongoose from 'mongoose'; async function connect() { for (let i = 0; i < 5; i++) { try { await mongoose.connect(url); return } catch (e) { await new Promise(r => setTimeout(r, 1000 * i)) } } } connect()",
            "mongoose connect: a loop with a delay",
        ),
        (
            "import mongoose from 'mongoose'; import pRetry from 'p-retry'; await pRetry(() => mongoose.connect(url), { retries: 5 })",
            "mongoose connect: `p-retry`",
        ),
        (
            "import mongoose from 'mongoose'; async function retry(f, n) { for (;;) { try { return await f() } catch (e) { await sleep(1000) } } } const connect = () => mongoose.connect(url); await retry(connect, 5)",
            "mongoose connect: `retry`",
        ),
        (
            "import { DataSource } from 'typeorm'; import { TypeOrmModule } from '@nestjs/typeorm'; TypeOrmModule.forRootAsync({ dataSourceFactory: async o => new DataSource(o).initialize() })",
            "@nestjs/typeorm forRootAsync: by itself|typeorm initialize: `@nestjs/typeorm`",
        ),
        (
            "import { DataSource } from 'typeorm'; const source = new DataSource({ type: 'postgres' }); source.initialize().then(() => app.listen(1))",
            "typeorm initialize: none",
        ),
        (
            "import { DataSource } from 'typeorm'; const source = new DataSource({ type: 'sqlite' }); source.initialize()",
            "",
        ),
        (
            "import { PrismaClient } from '@prisma/client'; import { Injectable } from '@nestjs/common'; @Injectable() class P extends PrismaClient { async onModuleInit() { await this.$connect() } }",
            "@prisma/client $connect: none",
        ),
        ("import { PrismaClient } from '@prisma/client'; export const prisma = new PrismaClient()", ""),
        ("import { Pool } from 'pg'; const pool = new Pool(); export const q = text => pool.query(text)", ""),
        (
            "import { Pool } from 'pg'; const pool = new Pool(); async function main() { await pool.query('select 1'); app.listen(1) } main().catch(e => { console.error(e); process.exit(1) })",
            "pg query: none",
        ),
        (
            "import { Pool } from 'pg'; const pool = new Pool(); async function main() { try { await pool.query('select 1') } catch (e) { console.error(e) } app.listen(1) } main()",
            "",
        ),
        (
            "import Redis from 'ioredis'; export const r = new Redis(process.env.REDIS_URL)",
            "ioredis new Redis: by itself",
        ),
        (
            "import Redis from 'ioredis'; export const r = new Redis({ retryStrategy: () => null })",
            "ioredis new Redis: off: retryStrategy",
        ),
        (
            "import { createClient } from 'redis'; const c = createClient({ url }); await c.connect()",
            "redis connect: by itself",
        ),
        (
            "import { createClient } from 'redis'; const c = createClient({ url, socket: { reconnectStrategy: false } }); await c.connect()",
            "redis connect: off: reconnectStrategy",
        ),
        ("import amqp from 'amqplib'; const c = await amqp.connect(url)", "amqplib connect: none"),
        (
            "import amqp from 'amqplib'; import e from 'express'; e().get('/', async (q, s) => { await amqp.connect(url) })",
            "",
        ),
        (
            "import { Sequelize } from 'sequelize'; const s = new Sequelize(url, { retry: { max: 5 } }); s.authenticate()",
            "sequelize authenticate: `retry`",
        ),
        (
            "import { Sequelize } from 'sequelize'; const s = new Sequelize(url, { retry: { match: [/Deadlock/], max: 5 } }); s.authenticate()",
            "sequelize authenticate: none",
        ),
        (
            "import knex from 'knex'; const db = knex({ client: 'pg' }); const tasks = { async connect() { try { await db.raw('select 1') } catch (e) { if (n++ < 10) { await new Promise(r => setTimeout(r, 3000)); await tasks.connect() } else { throw e } } } }; await tasks.connect()",
            "knex raw: a call of itself after a delay",
        ),
        ("if (process.env.NODE_ENV === 'test') { require('mongoose').connect(url) }", ""),
        ("import mongoose from 'mongoose'; program.command('seed').action(() => mongoose.connect(url))", ""),
    ] {
        assert_eq!(startup(code).join("|"), shown, "{code}");
    }
}

#[test]
fn redis_before_version_4() {
    let package = r#"{ "dependencies": { "redis": "^3.1.0" } }"#;
    for (code, shown_as) in [
        (
            "const redis = require('redis'); const c = redis.createClient(url); c.on('error', log)",
            "redis createClient: by itself",
        ),
        ("const redis = require('redis'); const c = redis.createClient(url)", "redis createClient: none"),
        (
            "const redis = require('redis'); const c = redis.createClient({ retry_strategy: o => { if (o.error.code === 'ECONNREFUSED') return new Error('refused'); return 1000 } }); c.on('error', log)",
            "redis createClient: off: retry_strategy",
        ),
    ] {
        assert_eq!(shown(of(&[("a.js", code), ("package.json", package)])), [shown_as], "{code}");
    }
}

#[test]
fn selected_databases_and_tooling() {
    let found = of(&[
        (
            "src/größe.ts",
            "import { mongo, sql } from './db'; import './migrations/one'; const kind = process.env.DB || 'sql'; if (kind === 'mongo') mongo(); else sql()",
        ),
        (
            "src/db.ts",
            "import mongoose from 'mongoose'; import { DataSource } from 'typeorm'; export const mongo = () => mongoose.connect(u); export const sql = () => new DataSource({ type: 'mysql' }).initialize()",
        ),
        ("src/migrations/one.ts", "import mongoose from 'mongoose'; mongoose.connect(url)"),
    ]);
    assert_eq!(shown(found), ["typeorm initialize: none"]);
}
