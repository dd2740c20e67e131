import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { newTransportKey } from '#domain/seal/transportKey.ts';
import { openFileKeystore } from '#projections/keys/fileKeystore.ts';
import { nodeFileOf, renewSigningKey } from '#projections/keys/nodeKeys.ts';
import { createNodeSigner, publishedKeys } from '../nodeSigner.ts';
import { signNotice } from './securityEvent.ts';

const delivery: Parameters<typeof signNotice>[1] = {
  ...{ webhook: 'w', number: 1, notice: 'n-1', subject: 's', at: '2026-01-01T00:00:00.000Z' },
  type: 'identity.deceased',
  subscriber: { kind: 'party', id: 'clinic' },
};

describe('a node whose signing key was rotated', () => {
  let folder: string;
  let before: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plinth-rotation-'));
    await writeFile(join(folder, 'transport.json'), JSON.stringify({ epoch: 1, ...newTransportKey() }));
    before = await signNotice((await open()).signer, delivery);
    await renewSigningKey(folder);
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function open() {
    const keystore = await openFileKeystore(folder, 'civil-registry');
    const signer = await createNodeSigner('civil-registry', keystore.signingKey);
    return { signer, published: publishedKeys({ signer, keystore }) as JSONWebKeySet };
  }

  it('publishes both keys, so that what is on its way verifies within its window', async () => {
    const { signer, published } = await open();
    expect(published.keys.map(({ kid }) => kid)).toHaveLength(2);
    expect(JSON.stringify(published)).not.toMatch(/"d"|until/);
    for (const text of [before, await signNotice(signer, delivery)]) {
      const { payload } = await jwtVerify(text, createLocalJWKSet(published), { audience: 'clinic', maxTokenAge: 300 });
      expect(payload.jti).toBe('n-1');
    }
  });

  it('publishes the former one for an hour and no longer', async () => {
    const file = nodeFileOf(folder);
    const keys = JSON.parse(await readFile(file, 'utf8')) as { formerSigningKey: { until: string; d?: string } }; // as written
    expect(keys.formerSigningKey.d).toBeUndefined();
    keys.formerSigningKey.until = new Date(Date.now() - 1).toISOString();
    await writeFile(file, JSON.stringify(keys));
    const { published } = await open();
    expect(published.keys).toHaveLength(1);
    await expect(jwtVerify(before, createLocalJWKSet(published))).rejects.toMatchObject({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    });
  });
});
