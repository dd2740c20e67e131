import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newTransportKey } from '#domain/seal/transportKey.ts';
import { openFileKeystore } from './fileKeystore.ts';
import type { Keystore } from './keystore.ts';
import { ensureAccessKeys, findAccessKeys } from '../logs/accessKeys.ts';
import { beginNodeKeyRotation, endNodeKeyRotation } from './nodeKeys.ts';
import { keyPlace } from './opening.ts';
import type { Database } from '../postgres/database.ts';
import { rewrapContentKeys } from './rewrap.ts';
import { openTestDatabase } from '../testing/testNode.ts';

const count = 1200;
const contentKeys = new Map(Array.from({ length: count }, (_, index) => [`identity-${index}`, randomBytes(32)]));
let database: Database;
let folder: string;
let keystore: Keystore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-rewrap-'));
  await writeFile(join(folder, 'transport.json'), JSON.stringify({ epoch: 1, ...newTransportKey() }));
  [database, keystore] = [await openTestDatabase(), await openFileKeystore(folder, 'civil-registry')];
  for (const [stream, key] of contentKeys) await insert(stream, keystore.wrap(key, keyPlace(stream, 1)));
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

const insert = (stream: string, wrapped: Uint8Array) =>
  database.pool.query('insert into keystore.content_keys (stream, version, wrapped) values ($1, 1, $2)', [
    stream,
    Buffer.from(wrapped),
  ]);

async function opened(): Promise<ReadonlyMap<string, Buffer>> {
  const { rows } = await database.pool.query<{ stream: string; wrapped: Buffer }>(
    'select stream, wrapped from keystore.content_keys',
  );
  return new Map(rows.map(({ stream, wrapped }) => [stream, Buffer.from(keystore.open(wrapped, keyPlace(stream, 1)))]));
}

describe('content keys', () => {
  it("are all wrapped under the node's new key before the former one goes", async () => {
    await beginNodeKeyRotation(folder);
    expect(await rewrapContentKeys({ database, keystore })).toEqual({ rewrapped: count, lost: 0 });
    await endNodeKeyRotation(folder);
    expect(await opened()).toEqual(contentKeys);
    expect(await rewrapContentKeys({ database, keystore })).toEqual({ rewrapped: 0, lost: 0 });
  });

  it('go together with those of access records', async () => {
    const id = randomUUID();
    const before = (await ensureAccessKeys(database, keystore, [{ id, stream: 'access-somebody' }])).get(id)?.key;
    await beginNodeKeyRotation(folder);
    expect(await rewrapContentKeys({ database, keystore })).toEqual({ rewrapped: count + 1, lost: 0 });
    await endNodeKeyRotation(folder);
    expect((await findAccessKeys(database.kysely, keystore, [id])).get(id)?.key).toEqual(before);
    await database.pool.query('truncate keystore.access_keys');
  });

  it('that no key of the node opens are counted, and left as they are', async () => {
    await insert('identity-lost', randomBytes(64));
    await beginNodeKeyRotation(folder);
    expect(await rewrapContentKeys({ database, keystore })).toEqual({ rewrapped: count, lost: 1 });
    await endNodeKeyRotation(folder);
    await database.pool.query("delete from keystore.content_keys where stream = 'identity-lost'");
    expect(await opened()).toEqual(contentKeys);
  });
});
