import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { newTransportKey } from '#domain/seal/transportKey.ts';
import { openFileKeystore } from '#projections/keys/fileKeystore.ts';
import type { Keystore } from '#projections/keys/keystore.ts';
import { openDatabase, type Database } from '#projections/postgres/database.ts';
import { rebuild } from '#projections/models/rebuild.ts';
import { takePage } from '#projections/ingest/takePage.ts';
import { RegistryFacts, type NewFact } from '#projections/testing/registryFacts.ts';
import { recorded, registered, schemaPublished } from '#projections/testing/samples.ts';
import { timeOf } from './load.ts';
import type { Measurement, Report, Result } from './measurement.ts';
import { median, rounded } from './statistics.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const people = 5000;
const peopleInABlock = 25;
const blocksInAPage = 20;
const rounds = 3;
const agency = 'civil-registry';

type Node = { readonly database: Database; readonly keystore: Keystore };

/** All read models from stored facts, half of them opened for their identifiers; rival: `COPY` of the same facts into a table like theirs. */
export const rebuildEvents: Measurement = {
  part: 'rebuild',
  names: ['rebuild.events'],
  run: async function* (report) {
    await using folder = await temporaryFolder();
    const keys = join(folder.path, 'keys');
    const transport = newTransportKey();
    await mkdir(keys);
    await writeFile(join(keys, 'transport.json'), JSON.stringify({ epoch: 1, ...transport }));
    const keystore = await openFileKeystore(keys, agency);
    const database = await openDatabase({ directory: join(folder.path, 'postgres') });
    try {
      await fill({ database, keystore }, transport.publicKey, report);
      yield await measure({ database, keystore }, report);
    } finally {
      await database.close();
    }
  },
};

/** Takes in what an import of so many people would have put on the ledger, as a node that catches up would. */
async function fill(node: Node, publicKey: string, report: Report): Promise<void> {
  const ledger = new RegistryFacts([{ agency, key: publicKey }]);
  let position = await takePage(node, [ledger.block(schemaPublished())], -1);
  let spent = 0;
  for (let first = 0; first < people; first += peopleInABlock * blocksInAPage) {
    const page = Array.from({ length: blocksInAPage }, (_, block) =>
      ledger.block(...factsOf(first + block * peopleInABlock)),
    );
    spent += await timeOf(async () => {
      position = await takePage(node, page, position);
    });
  }
  report(`taken in at ${rounded((2000 * people) / spent)} events/s: sealed entries unwrapped, stored, folded`);
}

function factsOf(first: number): readonly NewFact[] {
  return Array.from({ length: peopleInABlock }, (_, index) => {
    const id = String(first + index).padStart(22, '0');
    const contact = { email: `${id}@example.org`, phone: '0123456789' };
    const name = { fullName: [{ language: 'eng', value: 'Anna Maria Sample' }], dateOfBirth: '1990-01-01' };
    return [registered(id, name), recorded(id, 'AttributesRecorded', { class: 'contact', values: contact })];
  }).flat();
}

async function measure(node: Node, report: Report): Promise<Result> {
  const rows = await exported(node.database);
  const ours: number[] = [];
  const rival: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const copy = await timeOf(() => copied(node.database, rows));
    const fold = await timeOf(() => rebuiltEqual(node));
    report(
      `${round === 0 ? 'warm-up' : `round ${round}`}: rebuilt in ${rounded(fold)} ms, copied in ${rounded(copy)} ms`,
    );
    if (round === 0) continue;
    ours.push(fold);
    rival.push(copy);
  }
  const events = 2 * people + 1;
  const [value, baseline] = [(events * 1000) / median(ours), (events * 1000) / median(rival)];
  return {
    name: 'rebuild.events',
    value: rounded(value),
    unit: '/s',
    baseline: rounded(baseline),
    ratio: rounded(value / baseline),
    note: `${events} events, all read models, swap and content hashes included; COPY into a table like the store's`,
  };
}

async function rebuiltEqual(node: Node): Promise<void> {
  const { events, before, after } = await rebuild(node);
  if (events !== 2 * people + 1 || before !== after)
    throw new Error('the rebuilt read models differ from the live ones');
}

const columns = 'id, stream, version, type, body, block, transaction, event, transaction_id';

/** The facts as lines of `COPY`; none of their texts holds a character that the format would escape. */
async function exported({ pool }: Database): Promise<readonly string[]> {
  const fields = columns.replaceAll(', ', `, E'\\t', `);
  const { rows } = await pool.query<{ line: string }>(
    `select concat(${fields}, E'\\n') as line from store.events order by block, transaction, event`,
  );
  return rows.map(({ line }) => line.replaceAll('\\', '\\\\'));
}

async function copied({ pool }: Database, rows: readonly string[]): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('create table public.rival (like store.events including all)');
    await pipeline(Readable.from(rows), client.query(copyFrom(`copy public.rival (${columns}) from stdin`)));
    await client.query('drop table public.rival');
  } finally {
    client.release();
  }
}
