import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeBlock } from '#ledger/blocks/decodeBlock.ts';
import { ledgerEventsOf } from '#ledger/blocks/ledgerEvents.ts';
import { startStandIn, type StandIn } from '#projections/kurrentdb/testing/standIn.ts';
import { rebuild } from '#projections/models/rebuild.ts';
import { openDatabase, type Database } from '#projections/postgres/database.ts';
import { startEmbeddedPostgres } from '#projections/postgres/embedded.ts';
import { found } from '#test/agreement.ts';
import { newAgencies, registration } from '#test/registry.ts';
import { openSmallLedger } from './smallLedger.ts';

const all = newAgencies();
const civil = all['civil-registry'];
const program = fileURLToPath(new URL('storedIngest.ts', import.meta.url));
const opened = new AsyncDisposableStack();
let folder = '';
let databaseUrl = '';
let server: StandIn;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-stored-'));
  opened.defer(() => rm(folder, { recursive: true }));
  const ledger = await openSmallLedger(join(folder, 'ledger'));
  await found(all, (submission, agency) => ledger.as(agency).submit(submission));
  for (let people = 0; people < 12; people += 1) await ledger.submit(registration(civil.signer)); // a block each
  await ledger.close();
  await mkdir(join(folder, 'keys'));
  await writeFile(join(folder, 'keys', 'transport.json'), JSON.stringify({ epoch: 1, ...civil.transport }));
  const postgres = await startEmbeddedPostgres({ directory: join(folder, 'postgres'), durable: false });
  opened.defer(postgres.stop);
  databaseUrl = postgres.url;
  server = await startStandIn();
  opened.defer(server.stop);
}, 120_000);
afterAll(() => opened.disposeAsync());

/** Lets a process follow the ledger until it is through, or ends itself at a step. */
async function follow(step = '', accessId = ''): Promise<string> {
  const args = [join(folder, 'ledger'), join(folder, 'keys'), databaseUrl, server.url, step, accessId];
  const child = spawn(process.execPath, ['--no-warnings', program, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return signal ?? String(code);
}

const steps = [
  'before the store',
  'within the store',
  'between the store and the database',
  'within the transaction',
  'after the transaction',
];
const accessSteps = [
  ['between the key and the record', 0],
  ['before the record is acknowledged', 1],
  ['after the record is acknowledged', 1],
] as const;
const accesses = new Map<string, number>();

describe('an ingest that is killed at every step, again and again', () => {
  it.each([...steps, ...steps])('is killed %s', async (step) => {
    expect(await follow(step)).toBe('SIGKILL');
  });

  it.each(accessSteps)('is killed while it records an access: %s', async (step, copies) => {
    const accessId = randomUUID();
    accesses.set(accessId, copies);
    expect(await follow(step, accessId)).toBe('SIGKILL');
  });

  it('has every fact once in either store, in the order of the ledger, and every record that was kept', async () => {
    expect(await follow()).toBe('0');
    const facts = await factsOfLedger();
    const stored = server.log.all.filter(({ stream }) => !stream.startsWith('access-'));
    expect(stored.map(({ data }) => Buffer.from(data).toString())).toEqual(facts);
    const database = await openDatabase({ databaseUrl });
    try {
      expect(await bodiesIn(database)).toEqual(facts);
      for (const [accessId, copies] of accesses) {
        expect(server.log.of(`access-${accessId}`)).toHaveLength(copies);
        const { rows } = await database.pool.query('select from store.events where id = $1', [accessId]);
        expect(rows).toHaveLength(copies);
      }
      const { before, after } = await rebuild({ database });
      expect(after).toBe(before);
    } finally {
      await database.close();
    }
  });
});

async function bodiesIn({ pool }: Database): Promise<readonly string[]> {
  const { rows } = await pool.query<{ body: string }>(
    'select body from store.events where block is not null order by block, transaction, event',
  );
  return rows.map(({ body }) => body);
}

async function factsOfLedger(): Promise<readonly string[]> {
  const ledger = await openSmallLedger(join(folder, 'ledger'));
  const stop = new AbortController();
  const facts: string[] = [];
  try {
    const { height } = await ledger.status();
    for await (const block of ledger.blocks(0, stop.signal)) {
      facts.push(...ledgerEventsOf(decodeBlock(block)).map(({ bytes }) => Buffer.from(bytes).toString()));
      if (block.number + 1 >= height) return facts;
    }
    return facts;
  } finally {
    stop.abort();
    await ledger.close();
  }
}
