import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newTransportKey } from '#domain/seal/transportKey.ts';
import { openFileKeystore } from '#projections/keys/fileKeystore.ts';
import type { Keystore } from '#projections/keys/keystore.ts';
import { ensureAccessKeys } from '#projections/logs/accessKeys.ts';
import { subjectIndex } from '#projections/models/blindIndexes.ts';
import { openDatabase, type Database } from '#projections/postgres/database.ts';
import { sweepErased } from '#projections/erasure/sweep.ts';
import { takePage } from '#projections/ingest/takePage.ts';
import { RegistryFacts, type NewFact } from '#projections/testing/registryFacts.ts';
import { recorded, registered, schemaPublished } from '#projections/testing/samples.ts';
import { traceInDatabase } from './databaseTrace.ts';
import { searchFiles } from './fileTrace.ts';
import { accessKeyPatterns, placePatterns, rowPatterns } from './rowPatterns.ts';

const stream = 'identity-ada-of-the-files';
const erased = { stream, fact: { type: 'IdentityErased', data: { reason: 'request-of-person', proposals: [] } } };

describe('the files of a database', () => {
  let folder: string;
  let database: Database;
  let keystore: Keystore;
  let registry: RegistryFacts;
  let position = -1;
  const take = async (...facts: readonly NewFact[]) => {
    position = await takePage({ database, keystore }, [registry.block(...facts)], position);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plinth-files-'));
    const transport = newTransportKey();
    await writeFile(join(folder, 'transport.json'), JSON.stringify({ epoch: 1, ...transport }), { mode: 0o600 });
    keystore = await openFileKeystore(folder, 'civil-registry');
    registry = new RegistryFacts([{ agency: 'civil-registry', key: transport.publicKey }]);
    database = await openDatabase({ directory: join(folder, 'postgres') });
    await take(schemaPublished(), registered('ada-of-the-files'), registered('bob'));
    await take(recorded('ada-of-the-files', 'AttributesRecorded', { class: 'contact', values: { phone: '1' } }));
    await ensureAccessKeys(database, keystore, [{ id: randomUUID(), stream: `access-${subject()}` }]);
    await database.pool.query('checkpoint');
  }, 60_000);
  afterAll(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });

  const subject = () => subjectIndex(keystore, 'ada-of-the-files');

  /** What is found, and in which kind of file. */
  async function found(): Promise<readonly string[]> {
    const at = { block: 0, digests: 1, isPurged: true };
    const places = [
      { stream, version: 1, class: 'identification', ...at },
      { stream, version: 2, class: 'contact', ...at },
    ];
    const mark = keystore.wrapMark();
    const patterns = [...placePatterns([stream]), ...rowPatterns(places, mark), ...accessKeyPatterns(subject(), mark)];
    const { hits } = await searchFiles([join(folder, 'postgres')], patterns);
    const kindOf = (file: string) => (file.includes('pg_wal') ? 'log' : 'table');
    return [...new Set(hits.map(({ pattern, file }) => `${kindOf(file)}: ${pattern.what}`))].sort();
  }
  const all = [
    'a row with an index of kind enrolment',
    'a row with an index of kind number',
    'a row with the content key, under the present key of the node',
    'a row with the key of an access record, under the present key of the node',
    'a row with the sealed values',
    'sealed values',
  ];
  const everywhere = ['log', 'table'].flatMap((kind) => all.map((what) => `${kind}: ${what}`));

  it('hold what a person has at the node, in tables and in the write-ahead log', async () => {
    expect(await found()).toEqual(everywhere);
  });

  it('hold it still when it is deleted, which no query sees', async () => {
    await take(erased);
    await database.pool.query('checkpoint');
    expect(await found()).toEqual(everywhere);
    const place = { databaseUrl: database.pool.options.connectionString ?? '' };
    expect(await traceInDatabase(place, { ids: ['ada-of-the-files'], subject: undefined })).toMatchObject({
      ...{ open: [], remains: [], unseen: [] },
    });
  });

  it('hold nothing of it once they are swept', async () => {
    await sweepErased(database);
    expect(await found()).toEqual([]);
  });
});
