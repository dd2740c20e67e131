import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeDisclosure } from '#domain/seal/disclosure.ts';
import { openEntry, sealerOf } from '#domain/seal/sealing.ts';
import { newTransportKey } from '#domain/seal/transportKey.ts';
import { openFileKeystore } from './fileKeystore.ts';
import { beginNodeKeyRotation, endNodeKeyRotation } from './nodeKeys.ts';
import { ensureTransportKey, removeTransportKey } from './transportKeys.ts';

describe('a keystore folder', () => {
  let folder: string;
  const transport = newTransportKey();
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plinth-keystore-'));
    await writeFile(join(folder, 'transport.json'), JSON.stringify({ epoch: 1, ...transport }));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = () => openFileKeystore(folder, 'civil-registry');
  const sealedFor = (key: string) => {
    const place = { channel: 'plinth', stream: 'identity-1', version: 1, class: 'identification' };
    const recipients = [{ agency: 'civil-registry', key }];
    return sealerOf(randomBytes(32)).seal(place, [makeDisclosure('fullName', 'Ada')], recipients).entry;
  };
  const sealedBy = ({ publicKey }: { readonly publicKey: string }) => sealedFor(publicKey);

  it('gets keys of its own at first use, for its owner only, and keeps them', async () => {
    const [first, again] = [await open(), await open()];
    expect((await stat(join(folder, 'node.json'))).mode & 0o777).toBe(0o600);
    expect(again.blindIndex('number', '1')).toBe(first.blindIndex('number', '1'));
    expect(again.signingKey).toEqual(first.signingKey);
  });

  it('makes one set of keys when several processes come first at once', async () => {
    const stores = await Promise.all(Array.from({ length: 8 }, open));
    expect(new Set(stores.map((store) => store.blindIndex('number', '1'))).size).toBe(1);
    expect(JSON.parse(await readFile(join(folder, 'node.json'), 'utf8'))).toHaveProperty('keyEncryptionKey');
  });

  it('opens what was sealed for its agency', async () => {
    const place = { channel: 'plinth', stream: 'identity-1', version: 1, class: 'identification' };
    const disclosures = [makeDisclosure('fullName', 'Ada')];
    const recipients = [{ agency: 'civil-registry', key: transport.publicKey }];
    const { entry } = sealerOf(randomBytes(32)).seal(place, disclosures, recipients);
    expect(openEntry(entry, (await open()).unwrap(entry))).toEqual(disclosures);
  });

  it('opens a wrapped key at its place only', async () => {
    const keystore = await open();
    const key = randomBytes(32);
    const wrapped = keystore.wrap(key, 'identity-1 1');
    expect(Buffer.from(keystore.open(wrapped, 'identity-1 1'))).toEqual(key);
    expect(() => keystore.open(wrapped, 'identity-1 2')).toThrow();
    expect(Buffer.from(wrapped).includes(key)).toBe(false);
  });

  it('gives each kind, value and party an index of its own', async () => {
    const { blindIndex, pairwise } = await open();
    const indexes = [
      blindIndex('number', '1'),
      blindIndex('number', '2'),
      blindIndex('enrolment', '1'),
      pairwise('number', '1'),
      pairwise('clinic', '1'),
    ];
    expect(new Set(indexes).size).toBe(5);
  });

  it('opens what was sealed in any epoch whose key it keeps, also one that comes while it is open', async () => {
    const keystore = await open();
    const [first, second] = [sealedFor(transport.publicKey), await ensureTransportKey(folder, 2).then(sealedBy)];
    expect([first, second].map((entry) => openEntry(entry, keystore.unwrap(entry)).length)).toEqual([1, 1]);
    await removeTransportKey(folder, 1);
    expect(() => keystore.unwrap(first)).toThrow();
    expect(keystore.unwrap(second)).toHaveLength(32);
    expect(await readFile(join(folder, 'transport.json'), 'utf8')).not.toContain(transport.privateKey);
  });

  it('keeps the key that it made for an epoch, however often it is asked for one', async () => {
    const [made, again] = [await ensureTransportKey(folder, 2), await ensureTransportKey(folder, 2)];
    expect(again).toEqual(made);
    expect((await stat(join(folder, 'transport.json'))).mode & 0o777).toBe(0o600);
    await expect(removeTransportKey(folder, 3)).rejects.toMatchObject({ code: 'ERR_EPOCH_UNKNOWN' });
  });

  it('opens what was wrapped under the former key until its rotation ends', async () => {
    const keystore = await open();
    const key = randomBytes(32);
    const old = keystore.wrap(key, 'identity-1 1');
    await beginNodeKeyRotation(folder);
    await beginNodeKeyRotation(folder); // as after a crash
    expect(Buffer.from(keystore.open(old, 'identity-1 1'))).toEqual(key);
    const anew = keystore.wrap(key, 'identity-1 1');
    await endNodeKeyRotation(folder);
    expect(() => keystore.open(old, 'identity-1 1')).toThrow();
    expect(Buffer.from(keystore.open(anew, 'identity-1 1'))).toEqual(key);
  });

  it('is refused without a transport key', async () => {
    await rm(join(folder, 'transport.json'));
    await expect(open()).rejects.toThrow('ENOENT');
  });
});
