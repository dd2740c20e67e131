import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeDisclosure } from '#domain/seal/disclosure.ts';
import { openEntry, sealerOf } from '#domain/seal/sealing.ts';
import { newTransportKey } from '#domain/seal/transportKey.ts';
import { openFileKeystore } from './fileKeystore.ts';

describe('a keystore folder', () => {
  let folder: string;
  const transport = newTransportKey();
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plinth-keystore-'));
    await writeFile(join(folder, 'transport.json'), JSON.stringify({ epoch: 1, ...transport }));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = () => openFileKeystore(folder, 'civil-registry');

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

  it('is refused without a transport key', async () => {
    await rm(join(folder, 'transport.json'));
    await expect(open()).rejects.toThrow('ENOENT');
  });
});
