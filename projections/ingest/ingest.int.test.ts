import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openEmbeddedLedger, type EmbeddedLedger } from '#ledger/embedded/openEmbeddedLedger.ts';
import type { Committed, DeliveredBlock, Ledger } from '#ledger/ledger.ts';
import { eventually } from '#test/eventually.ts';
import { found } from '#test/agreement.ts';
import { agencies, channel, newAgencies, newNumber, registration, schema } from '#test/registry.ts';
import { demandSameLedger } from './demandSameLedger.ts';
import { countMissing } from './heal.ts';
import { openFileKeystore } from '../keys/fileKeystore.ts';
import { findByIdentifier } from '../models/identifiers.ts';
import { findIdentity } from '../models/identityDetails.ts';
import { startIngest, type Ingest, type IngestStatus } from './ingest.ts';
import type { Keystore } from '../keys/keystore.ts';
import { ledgerFacts } from '../models/ledgerFacts.ts';
import { openAttributes } from '../keys/opening.ts';
import type { Database } from '../postgres/database.ts';
import { rebuild } from '../models/rebuild.ts';
import { openTestDatabase } from '../testing/testNode.ts';

const all = newAgencies();
const civil = all['civil-registry'];

describe('a node that follows its ledger', () => {
  let folder: string;
  let ledger: EmbeddedLedger;
  let keystore: Keystore;
  let database: Database;
  let ingest: Ingest;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plinth-ingest-'));
    ledger = await openEmbeddedLedger({
      ...{ directory: join(folder, 'ledger'), channel, agency: 'civil-registry', agencies },
      ...{ endorsement: { agencies, required: 2 }, classes: schema.classes },
      registryKeyOf: () => new Uint8Array(32).fill(3),
    });
    await found(all, (submission, agency) => ledger.as(agency).submit(submission));
    await writeFile(join(folder, 'transport.json'), JSON.stringify({ epoch: 1, ...civil.transport }));
    keystore = await openFileKeystore(folder, 'civil-registry');
    database = await openTestDatabase();
  });
  afterEach(() => ingest.stop());
  afterAll(async () => {
    await database.close();
    await ledger.close();
    await rm(folder, { recursive: true });
  });

  const statuses: IngestStatus[] = [];
  const start = (through: Ledger = ledger) => {
    statuses.length = 0;
    ingest = startIngest({ database, ledger: through, keystore, onStatus: (status) => void statuses.push(status) });
  };
  const register = async (values: Readonly<Record<string, unknown>> = {}) => {
    const submission = registration(civil.signer, values);
    const { block } = (await ledger.submit(submission)) as Committed; // nothing refuses a fresh registration
    return { identity: submission.command.stream.slice('identity-'.length), block };
  };

  it('shows a fact as soon as it has reached its block, opened with its own keys', async () => {
    start();
    const number = newNumber();
    const { identity, block } = await register({ identityNumber: number });
    await ingest.reached(block);
    expect(await findIdentity(database, identity)).toMatchObject({ status: 'active', block });
    expect(await findByIdentifier(database, keystore, { kind: 'number', value: number })).toMatchObject({ identity });
    expect((await openAttributes(database, keystore, identity)).get('dateOfBirth')?.value).toBe('1815-12-10');
    expect(ingest.height()).toBe((await ledger.status()).height);
  });

  it('goes on after a restart where it was, and catches up', async () => {
    const missed = await Promise.all(Array.from({ length: 30 }, () => register()));
    start();
    await ingest.reached(Math.max(...missed.map(({ block }) => block)));
    for (const { identity } of missed) expect(await findIdentity(database, identity)).toBeDefined();
  });

  it('says that it waits while the ledger is away, and follows again when it is back', async () => {
    let away = true;
    start({ ...ledger, status: () => (away ? Promise.reject(new Error('away')) : ledger.status()) });
    await eventually(() => expect(ingest.status()).toEqual({ state: 'waiting', for: 'ledger' }));
    away = false;
    const { block } = await register();
    await ingest.reached(block);
    expect(statuses.map(({ state }) => state)).toEqual(['waiting', 'running']);
  });

  it('says that it waits while the database is away, and follows again when it is back', async () => {
    start();
    await eventually(() => expect(ingest.status()).toEqual({ state: 'running' }));
    // Ends every connection of this test's own server, as its restart would.
    await database.pool
      .query('select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()')
      .catch(() => undefined);
    const { identity, block } = await register();
    await ingest.reached(block);
    expect(await findIdentity(database, identity)).toBeDefined();
  });

  it('keeps asking for private values that did not come with their block', async () => {
    let withheld = true;
    const without = async function* (from: number, signal: AbortSignal): AsyncGenerator<DeliveredBlock> {
      for await (const block of ledger.blocks(from, signal)) yield { ...block, privateSets: new Map() };
    };
    const privateEntry: Ledger['privateEntry'] = (collection, key) =>
      withheld ? Promise.resolve(undefined) : ledger.privateEntry(collection, key);
    start({ ...ledger, blocks: without, privateEntry });
    const number = newNumber();
    const { identity, block } = await register({ identityNumber: number });
    await ingest.reached(block);
    expect(await findIdentity(database, identity)).toMatchObject({ status: 'active' });
    expect(await findByIdentifier(database, keystore, { kind: 'number', value: number })).toBeUndefined();
    expect(await countMissing(database)).toBe(1);
    withheld = false;
    await eventually(async () => expect(await countMissing(database)).toBe(0));
    expect(await findByIdentifier(database, keystore, { kind: 'number', value: number })).toMatchObject({ identity });
    expect((await openAttributes(database, keystore, identity)).get('dateOfBirth')?.value).toBe('1815-12-10');
  });

  it('forgets in time what parties were told, also while the ledger does not say what was missed', async () => {
    await database.pool.query(`
      insert into store.missing_entries (stream, version, class, reason) values ('identity-x', 1, 'x', 'ERR_ENTRY_MISSING');
      insert into store.party_notices (party_index, sequence, id, type, at, block, transaction, event, until)
      values ('p', 1, gen_random_uuid(), 'identity.erased', now(), 1, 0, 0, now())`);
    start({ ...ledger, privateEntry: () => Promise.reject(new Error('it never says')) });
    await eventually(async () =>
      expect((await database.pool.query('select from store.party_notices')).rows).toHaveLength(0),
    );
    await database.pool.query(`delete from store.missing_entries where stream = 'identity-x'`);
  });

  it('has the same read models after a rebuild that went on while facts came in', async () => {
    start();
    const registering = Promise.all(Array.from({ length: 20 }, () => register()));
    const rebuilding = rebuild({ database });
    const [registered, { before, after }] = await Promise.all([registering, rebuilding]);
    expect(after).toBe(before);
    await ingest.reached(Math.max(...registered.map(({ block }) => block)));
    for (const { identity } of registered) expect(await findIdentity(database, identity)).toBeDefined();
    const again = await rebuild({ database, source: ledgerFacts(ledger) });
    expect(again.after).toBe(again.before);
  });

  it('stops before a ledger that is not as far as it is, and says so', async () => {
    const older = async () => ({ ...(await ledger.status()), height: ingest.height() - 1 });
    start({ ...ledger, status: older, tip: async () => (await older()).height });
    await eventually(() => expect(ingest.status()).toEqual({ state: 'stopped', code: 'ERR_STORE_AHEAD' }));
  });

  it('stops before a ledger that has grown another way since it was restored', async () => {
    const other: Ledger['history'] = async (stream, from) =>
      (await ledger.history(stream, from)).map((event) => ({ ...event, command: 'another' }));
    start({ ...ledger, history: other });
    await eventually(() => expect(ingest.status()).toEqual({ state: 'stopped', code: 'ERR_STORE_AHEAD' }));
  });

  it('asks the ledger also before its first block, so that one that is away shows', async () => {
    start();
    const away: Ledger = { ...ledger, status: () => Promise.reject(new Error('the ledger is away')) };
    await expect(demandSameLedger(database, away, -1)).rejects.toThrow('the ledger is away');
  });

  it('waits for its own peer where only that is behind', async () => {
    let behind = true;
    const status: Ledger['status'] = async () => ({ ...(await ledger.status()), ...(behind && { height: 1 }) });
    start({ ...ledger, status });
    await eventually(() => expect(ingest.status()).toEqual({ state: 'running' }));
    behind = false;
    const { block } = await register();
    await ingest.reached(block);
  });

  it('stops at a block that it cannot read, says so, and keeps what it has', async () => {
    const height = ingest.height();
    const garbled = async function* (from: number, signal: AbortSignal): AsyncGenerator<DeliveredBlock> {
      for await (const block of ledger.blocks(from, signal)) yield { ...block, bytes: block.bytes.subarray(0, 100) };
    };
    start({ ...ledger, blocks: garbled });
    const { block } = await register();
    await eventually(() => expect(ingest.status()).toEqual({ state: 'stopped', code: 'ERR_FACT_UNREADABLE', block }));
    expect(ingest.height()).toBe(height);
  });
});
