// The repositories that the benches read: server code as people write it, made from a seed, so that every machine
// measures the same bytes.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What the modules are about. */
const NOUNS = ['account', 'address', 'basket', 'booking', 'category', 'coupon', 'delivery', 'invoice', 'message', 'order'];
NOUNS.push('parcel', 'payment', 'product', 'refund', 'review', 'session', 'shipment', 'supplier', 'ticket', 'voucher');

const FIELDS = ['amount', 'country', 'createdAt', 'currency', 'customer', 'email', 'note', 'quantity', 'state', 'title'];

/** The modules of one topic by name: each imports those before it. */
const LAYERS = { model, repository, service, routes };

/** The modules of a service besides its topics. */
const FRAME = 4;

/**
 * A service whose entry point reaches every module.
 *
 * @param {string} folder is made anew
 * @param {number} modules
 */
export function writeService(folder, modules) {
  const topics = Math.floor((modules - FRAME) / Object.keys(LAYERS).length);
  const names = topicNames(topics);
  const options = { rootDir: 'src', outDir: 'dist', strict: true };
  /** @type {Record<string, string>} */
  const files = {
    'package.json': manifest({ name: 'measured-service', scripts: { build: 'tsc', start: 'node dist/server.js' } }),
    'tsconfig.json': JSON.stringify({ compilerOptions: options }),
    'compose.yaml': 'services:\n  api:\n    build: .\n    restart: unless-stopped\n    mem_limit: 512m\n',
    Dockerfile: 'FROM node:24-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nCMD ["node", "dist/server.js"]\n',
    'src/server.ts': SERVER,
    'src/logger.ts': LOGGER,
    'src/database.ts': DATABASE,
    'src/app.ts': app(names),
  };
  for (const [index, name] of names.entries()) {
    const random = randomOf(index);
    for (const [layer, text] of Object.entries(LAYERS)) {
      files[`src/${name}/${layer}.ts`] = text(name, random, names[index - 1]);
    }
  }
  write(folder, files);
}

/**
 * A library: nothing in it runs long.
 *
 * @param {string} folder is made anew
 * @param {number} modules
 */
export function writeLibrary(folder, modules) {
  const names = topicNames(modules);
  /** @type {Record<string, string>} */
  const files = {
    'package.json': manifest({ name: 'measured-library', type: 'module', main: 'src/index.ts' }),
    'src/index.ts': names.map((name) => `export * from './${name}';\n`).join(''),
  };
  for (const [index, name] of names.entries()) {
    files[`src/${name}.ts`] = model(name, randomOf(index));
  }
  write(folder, files);
}

/**
 * @param {string} folder
 * @param {Record<string, string>} files
 */
function write(folder, files) {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** @param {number} count */
function topicNames(count) {
  return Array.from({ length: count }, (_, index) => `${NOUNS[index % NOUNS.length]}-${index}`);
}

/** @param {Record<string, unknown>} about */
function manifest(about) {
  const dependencies = { express: '^5.1.0', pg: '^8.16.0', pino: '^10.0.0', 'pino-http': '^11.0.0', zod: '^4.1.0' };
  return `${JSON.stringify({ ...about, version: '1.0.0', dependencies, devDependencies: { typescript: '^5.9.0' } }, null, 2)}\n`;
}

/** @param {string} name */
function typeName(name) {
  return name.replace(/(^|-)(\w)/g, (_, _dash, letter) => letter.toUpperCase());
}

/** @param {string} name */
function tableName(name) {
  return name.replace('-', '_');
}

/**
 * Numbers that look random and are the same everywhere (a linear congruential generator).
 *
 * @param {number} seed
 * @returns {(below: number) => number}
 */
function randomOf(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const SERVER = `import { createServer } from 'node:http';
import { app } from './app';
import { pool } from './database';
import { logger } from './logger';

const server = createServer(app);

function stop(signal: NodeJS.Signals): void {
  logger.info({ signal }, 'stopping');
  server.close(async () => {
    await pool.end();
    process.exit(0);
  });
}

process.on('SIGTERM', stop);
process.on('SIGINT', stop);
server.listen(Number(process.env.PORT ?? 3000), () => logger.info('listening'));
`;

const LOGGER = `import pino from 'pino';

export const logger = pino({ level: process.env.LOG_LEVEL ?? 'info', redact: ['req.headers.authorization'] });
`;

const DATABASE = `import { Pool } from 'pg';

export const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 20, connectionTimeoutMillis: 5_000 });
`;

/** @param {string[]} names */
function app(names) {
  return `import express from 'express';
import { pinoHttp } from 'pino-http';
import { logger } from './logger';
${names.map((name) => `import { router as ${typeName(name)} } from './${name}/routes';`).join('\n')}

export const app = express();

app.use(pinoHttp({ logger }));
app.use(express.json({ limit: '100kb' }));
${names.map((name) => `app.use('/${name}', ${typeName(name)});`).join('\n')}
`;
}

/**
 * @param {string} name
 * @param {(below: number) => number} random
 */
function model(name, random) {
  const type = typeName(name);
  const fields = FIELDS.filter(() => random(3) > 0);
  return `import { z } from 'zod';

/** What a ${name} is, as it comes in and as it is kept. */
export const ${type}Schema = z.object({
  id: z.string().uuid(),
${fields.map((field) => `  ${field}: z.${['string()', 'number().int()', 'string().min(1)', 'coerce.date()'][random(4)]},`).join('\n')}
});

export type ${type} = z.infer<typeof ${type}Schema>;

export enum ${type}State {
  Open = 'open',
  Waiting = 'waiting',
  Closed = 'closed',
}

export class ${type}Missing extends Error {
  constructor(readonly id: string) {
    super(\`there is no ${name} with the id \${id}\`);
    this.name = '${type}Missing';
  }
}

export const is${type} = (value: unknown): value is ${type} => ${type}Schema.safeParse(value).success;
`;
}

/**
 * @param {string} name
 * @param {(below: number) => number} random
 */
function repository(name, random) {
  const [type, table] = [typeName(name), tableName(name)];
  const columns = FIELDS.filter(() => random(3) > 0);
  return `import { pool } from '../database';
import { type ${type}, ${type}Missing } from './model';

const COLUMNS = [${columns.map((column) => `'${column}'`).join(', ')}] as const;

export async function find(id: string): Promise<${type}> {
  const { rows } = await pool.query<${type}>(\`select id, \${COLUMNS.join(', ')} from ${table} where id = $1\`, [id]);
  const [row] = rows;
  if (row === undefined) {
    throw new ${type}Missing(id);
  }
  return row;
}

export async function list({ limit = ${10 + random(90)}, offset = 0 }: { limit?: number; offset?: number } = {}) {
  const { rows } = await pool.query<${type}>(
    \`select id, \${COLUMNS.join(', ')} from ${table} order by id limit $1 offset $2\`,
    [limit, offset],
  );
  return rows;
}

export async function save(value: Partial<${type}> & Pick<${type}, 'id'>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    for (const column of COLUMNS) {
      if (column in value) {
        await client.query(\`update ${table} set \${column} = $2 where id = $1\`, [value.id, Reflect.get(value, column)]);
      }
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}
`;
}

/**
 * @param {string} name
 * @param {(below: number) => number} random
 * @param {string | undefined} other the topic that this one calls
 */
function service(name, random, other) {
  const type = typeName(name);
  return `import { setTimeout as sleep } from 'node:timers/promises';
import { logger } from '../logger';
import { type ${type}, is${type} } from './model';
import * as repository from './repository';
${other === undefined ? '' : `import { remind as remind${typeName(other)} } from '../${other}/service';\n`}
const log = logger.child({ topic: '${name}' });

interface Answer {
  readonly accepted: boolean;
  readonly reason?: string;
}

// The partner answers 429 at the start of every hour.
async function ask(path: string, body: Readonly<Record<string, unknown>>): Promise<Answer> {
  for (let attempt = 0; attempt < ${2 + random(4)}; attempt += 1) {
    const response = await fetch(new URL(path, process.env.PARTNER_URL), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: \`Bearer \${process.env.PARTNER_TOKEN}\` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(${1 + random(9)}_000),
    });
    if (response.ok) {
      return (await response.json()) as Answer;
    }
    log.warn({ status: response.status, attempt }, 'the partner refused');
    await sleep(2 ** attempt * 100);
  }
  return { accepted: false, reason: 'no answer' };
}

export async function remind(id: string): Promise<${type} | null> {
  const found = await repository.find(id).catch((error: unknown) => {
    log.error({ err: error, id }, 'not found');
    return null;
  });
  if (found === null || !is${type}(found)) {
    return null;
  }
  const { accepted, reason } = await ask('/${name}/reminders', { id: found.id, at: new Date().toISOString() });
  if (!accepted) {
    log.info({ id, reason: reason ?? 'none given' }, 'not reminded');
  }
${other === undefined ? '' : `  await remind${typeName(other)}(id);\n`}  return found;
}

export const totals = (values: ${type}[]): Map<string, number> =>
  values.reduce((sums, value) => {
    const key = value.id.slice(0, ${2 + random(6)});
    return sums.set(key, (sums.get(key) ?? 0) + 1);
  }, new Map<string, number>());
`;
}

/**
 * @param {string} name
 * @param {(below: number) => number} random
 */
function routes(name, random) {
  const type = typeName(name);
  return `import { Router, type NextFunction, type Request, type Response } from 'express';
import { ${type}Missing, ${type}Schema } from './model';
import * as repository from './repository';
import { remind, totals } from './service';

export const router = Router();

router.get('/', async (request, response, next) => {
  try {
    const values = await repository.list({ limit: Number(request.query.limit ?? ${10 + random(40)}) });
    response.json({ values, totals: Object.fromEntries(totals(values)) });
  } catch (error) {
    next(error);
  }
});

router.get('/:id', (request, response, next) => {
  repository.find(request.params.id).then((value) => response.json(value), next);
});

router.put('/:id', async (request, response) => {
  const value = ${type}Schema.partial().parse({ ...request.body, id: request.params.id });
  await repository.save({ ...value, id: request.params.id });
  request.log.info({ id: request.params.id }, 'saved');
  response.status(204).end();
});

router.post('/:id/reminders', async (request, response) => {
  const reminded = await remind(request.params.id);
  response.status(reminded ? 202 : 404).json(reminded);
});

router.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
  if (error instanceof ${type}Missing) {
    response.status(404).json({ message: error.message });
  } else {
    next(error);
  }
});
`;
}
