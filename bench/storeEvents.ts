import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { EventStore, LedgerRecord } from '#projections/eventStore.ts';
import { openKurrentEventStore } from '#projections/kurrentdb/eventStore.ts';
import { startStandIn } from '#projections/kurrentdb/testing/standIn.ts';
import { ledgerEventId } from '#projections/place.ts';
import { openDatabase, type Database } from '#projections/postgres/database.ts';
import { postgresEventStore } from '#projections/postgres/eventStore.ts';
import { timeOf } from './load.ts';
import { loggedEvents } from './loggedEvents.ts';
import type { Measurement, Result } from './measurement.ts';
import { median, rounded } from './statistics.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const count = 10_000;
const batch = 500; // facts in one durable write
const rounds = 3;

/** Facts per second that each event store takes and gives; rival: `COPY` of the same facts, and one query for all of them. */
export const storeEvents: Measurement = {
  part: 'store',
  names: ['store.append', 'store.append.standin', 'store.read', 'store.read.standin'],
  run: async function* (report) {
    await using folder = await temporaryFolder();
    const database = await openDatabase({ directory: folder.path });
    const server = await startStandIn();
    const kurrent = openKurrentEventStore({ url: server.url, node: 'bench' });
    try {
      const taken = emptySamples();
      for (let round = 0; round <= rounds; round += 1) {
        const samples = await measureRound(database, kurrent);
        report(`${round === 0 ? 'warm-up' : `round ${round}`}: ${said(samples)}`);
        if (round > 0) for (const name of sampled) taken[name].push(samples[name]);
        server.log.truncate(0);
      }
      yield* resultsOf(taken);
    } finally {
      await kurrent.close();
      await server.stop();
      await database.close();
    }
  },
};

const sampled = ['append', 'appendStandIn', 'copy', 'read', 'readStandIn', 'query'] as const;
type Samples = Readonly<Record<(typeof sampled)[number], number>>;

function emptySamples(): Readonly<Record<(typeof sampled)[number], number[]>> {
  return { append: [], appendStandIn: [], copy: [], read: [], readStandIn: [], query: [] };
}

/** Facts per second of each. */
async function measureRound(database: Database, kurrent: EventStore): Promise<Samples> {
  const facts = newFacts();
  await database.pool.query('truncate store.events');
  const append = await rateOf(() => recordAll(postgresEventStore(database.kysely), facts));
  const appendStandIn = await rateOf(() => recordAll(kurrent, facts));
  const copy = await rateOf(() => copied(database, facts));
  const read = await rateOf(() => readEverything(postgresEventStore(database.kysely)));
  const readStandIn = await rateOf(() => readEverything(kurrent));
  const query = await rateOf(() => queried(database));
  return { append, appendStandIn, copy, read, readStandIn, query };
}

async function rateOf(work: () => Promise<void>): Promise<number> {
  return (count * 1000) / (await timeOf(work));
}

function newFacts(): readonly LedgerRecord[] {
  const transactionId = randomUUID();
  return loggedEvents(count).map((bytes, index) => ({
    place: { block: Math.floor(index / 25), transaction: 0, index: index % 25 },
    transactionId: `${transactionId}-${Math.floor(index / 25)}`,
    stream: `identity-${transactionId}-${index}`,
    version: 1,
    type: 'IdentityRegistered',
    body: Buffer.from(bytes).toString(),
  }));
}

async function recordAll(store: EventStore, facts: readonly LedgerRecord[]): Promise<void> {
  for (let first = 0; first < facts.length; first += batch) await store.record(facts.slice(first, first + batch));
}

async function readEverything(store: EventStore): Promise<void> {
  let read = 0;
  for (let page = await store.readAll(undefined, 1000); page.length > 0;) {
    read += page.length;
    page = await store.readAll(page.at(-1)?.position, 1000);
  }
  if (read !== count) throw new Error(`${read} facts came back of ${count}`);
}

const columns = 'id, stream, version, type, body, block, transaction, event, transaction_id';

async function copied({ pool }: Database, facts: readonly LedgerRecord[]): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('create table public.rival (like store.events including all)');
    await pipeline(
      Readable.from(facts.map(lineOf)),
      client.query(copyFrom(`copy public.rival (${columns}) from stdin`)),
    );
    await client.query('drop table public.rival');
  } finally {
    client.release();
  }
}

function lineOf({ place, transactionId, stream, version, type, body }: LedgerRecord): string {
  const { block, transaction, index } = place;
  const id = ledgerEventId(transactionId, index);
  const fields = [id, stream, version, type, body.replaceAll('\\', '\\\\'), block, transaction, index, transactionId];
  return `${fields.join('\t')}\n`;
}

async function queried({ pool }: Database): Promise<void> {
  const { rows } = await pool.query(`select ${columns} from store.events order by block, transaction, event`);
  if (rows.length !== count) throw new Error(`${rows.length} facts came back of ${count}`);
}

function said(samples: Samples): string {
  return sampled.map((name) => `${name} ${rounded(samples[name])}`).join(', ');
}

const standIn = 'against a stand-in in the same process, which is not KurrentDB and says nothing of its speed';

function* resultsOf(taken: Readonly<Record<(typeof sampled)[number], readonly number[]>>): Iterable<Result> {
  const appended = `${count} facts in batches of ${batch}, each durable`;
  yield resultOf('store.append', taken.append, taken.copy, `${appended}; COPY of the same facts at once`);
  yield resultOf(
    'store.append.standin',
    taken.appendStandIn,
    taken.copy,
    `${appended.replace(', each durable', '')}, ${standIn}`,
  );
  yield resultOf('store.read', taken.read, taken.query, `${count} facts in pages of 1000; one query for all of them`);
  yield resultOf('store.read.standin', taken.readStandIn, taken.query, `in pages of 1000, ${standIn}`);
}

function resultOf(name: string, ours: readonly number[], rival: readonly number[], note: string): Result {
  const [value, baseline] = [median(ours), median(rival)];
  return {
    name,
    value: rounded(value),
    unit: 'events/s',
    baseline: rounded(baseline),
    ratio: rounded(value / baseline),
    note,
  };
}
