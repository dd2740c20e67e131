import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { PublicKey } from '#domain/publicKey.ts';
import { sha256 } from '#domain/seal/digest.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { unwrapperOf } from '#domain/seal/sealing.ts';
import type { Keystore } from './keystore.ts';
import { writeOnce } from './writeOnce.ts';

const key = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const TransportFile = z.object({ epoch: z.int().min(1), publicKey: key, privateKey: key });
const NodeFile = z.object({
  keyEncryptionKey: key,
  blindIndexKey: key,
  pairwiseKey: key,
  signingKey: z.object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: key,
    y: key,
    d: key,
    alg: z.literal('ES256'),
    use: z.literal('sig'),
    kid: z.string(),
  }),
});
type NodeFile = z.infer<typeof NodeFile>;

/** Opens a keystore folder, for development: `transport.json` must be there, `node.json` is made at first use. */
export async function openFileKeystore(folder: string, agency: string): Promise<Keystore> {
  const transport = TransportFile.parse(await readJson(join(folder, 'transport.json')));
  const node = await ensureNodeKeys(folder);
  // A key object: given bytes, node:crypto spends three times as long on each use.
  const keyEncryptionKey = createSecretKey(node.keyEncryptionKey, 'base64url');
  return {
    agency,
    unwrap: unwrapperOf(agency, transport.privateKey),
    wrap: (contentKey, place) => wrap(keyEncryptionKey, contentKey, place),
    open: (wrapped, place) => open(keyEncryptionKey, wrapped, place),
    blindIndex: hashByKind(node.blindIndexKey, 'blind index'),
    pairwise: hashByKind(node.pairwiseKey, 'pairwise'),
    signingKey: node.signingKey,
  };
}

/** The key that the node of this folder signs its answers with, for the ledger; made when it is missing. */
export async function nodeKeyOf(folder: string): Promise<PublicKey> {
  const { kty, crv, x, y } = (await ensureNodeKeys(folder)).signingKey;
  return { kty, crv, x, y };
}

async function ensureNodeKeys(folder: string): Promise<NodeFile> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeOnce(join(folder, 'node.json'), () => JSON.stringify(newNodeKeys(), undefined, 2));
  return NodeFile.parse(await readJson(join(folder, 'node.json')));
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, 'utf8'));
}

function newNodeKeys(): NodeFile {
  const secret = () => randomBytes(32).toString('base64url');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y, d } = z.object({ x: key, y: key, d: key }).parse(privateKey.export({ format: 'jwk' }));
  const thumbprint = sha256(canonicalJson({ crv: 'P-256', kty: 'EC', x, y })); // RFC 7638
  return {
    keyEncryptionKey: secret(),
    blindIndexKey: secret(),
    pairwiseKey: secret(),
    signingKey: { kty: 'EC', crv: 'P-256', x, y, d, alg: 'ES256', use: 'sig', kid: thumbprint },
  };
}

// A random nonce of 96 bits under one key: safe for 2^32 content keys (NIST SP 800-38D §8.3).
function wrap(keyEncryptionKey: KeyObject, contentKey: Uint8Array, place: string): Uint8Array {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyEncryptionKey, nonce).setAAD(Buffer.from(place));
  return Buffer.concat([nonce, cipher.update(contentKey), cipher.final(), cipher.getAuthTag()]);
}

function open(keyEncryptionKey: KeyObject, wrapped: Uint8Array, place: string): Uint8Array {
  const decipher = createDecipheriv('aes-256-gcm', keyEncryptionKey, wrapped.subarray(0, 12), { authTagLength: 16 })
    .setAAD(Buffer.from(place))
    .setAuthTag(wrapped.subarray(-16));
  return Buffer.concat([decipher.update(wrapped.subarray(12, -16)), decipher.final()]);
}

function hashByKind(secret: string, purpose: string): (kind: string, value: string) => string {
  const master = createSecretKey(secret, 'base64url');
  const keys = new Map<string, KeyObject>();
  return (kind, value) => {
    const known = keys.get(kind) ?? derive(master, `plinth 1 ${purpose} ${kind}`);
    keys.set(kind, known);
    return createHmac('sha256', known).update(value).digest('base64url');
  };
}

function derive(master: KeyObject, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', master, '', purpose, 32)));
}
