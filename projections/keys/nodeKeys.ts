import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { PublicKey } from '#domain/publicKey.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { sha256 } from '#domain/seal/digest.ts';
import { replaceFile } from './replaceFile.ts';
import { writeOnce } from './writeOnce.ts';

const key = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** `node.json`: the keys of a node that nobody else has. */
export const NodeFile = z.object({
  keyEncryptionKey: key,
  /** The one before, for as long as content keys are wrapped under it. */
  formerKeyEncryptionKey: key.optional(),
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
  /** Public half of the one before, for whoever gets something late that it signed. */
  formerSigningKey: z
    .object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: key, y: key, kid: z.string(), until: z.iso.datetime() })
    .optional(),
});
export type NodeFile = z.infer<typeof NodeFile>;

/** Where they lie in a keystore folder. */
export function nodeFileOf(folder: string): string {
  return join(folder, 'node.json');
}

/** Makes a node's keys when they are missing, and reads them. */
export async function ensureNodeKeys(folder: string): Promise<NodeFile> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeOnce(nodeFileOf(folder), () => JSON.stringify(newNodeKeys(), undefined, 2));
  return readNodeKeys(folder);
}

/** The key that the node of this folder signs its answers with, for the ledger; made when it is missing. */
export async function nodeKeyOf(folder: string): Promise<PublicKey> {
  const { kty, crv, x, y } = (await ensureNodeKeys(folder)).signingKey;
  return { kty, crv, x, y };
}

async function readNodeKeys(folder: string): Promise<NodeFile> {
  return NodeFile.parse(JSON.parse(await readFile(nodeFileOf(folder), 'utf8')));
}

/** From now on content keys are wrapped under a new key, and the former still opens. Repeated, it goes on with the same new key. */
export async function beginNodeKeyRotation(folder: string): Promise<void> {
  const { keyEncryptionKey, formerKeyEncryptionKey, ...others } = await readNodeKeys(folder);
  if (formerKeyEncryptionKey !== undefined) return;
  const keys = { keyEncryptionKey: newSecret(), formerKeyEncryptionKey: keyEncryptionKey, ...others };
  await replaceFile(nodeFileOf(folder), JSON.stringify(keys, undefined, 2));
}

/** Destroys the former key; nothing may be wrapped under it any more. */
export async function endNodeKeyRotation(folder: string): Promise<void> {
  const keys = { ...(await readNodeKeys(folder)), formerKeyEncryptionKey: undefined }; // JSON leaves it out
  await replaceFile(nodeFileOf(folder), JSON.stringify(keys, undefined, 2));
}

const formerVerifies = 3_600_000; // ms: what is signed counts as new for some minutes

/** Signs from now on with a new key; the ledger has to be told. The private half of the former key is destroyed. */
export async function renewSigningKey(folder: string): Promise<void> {
  const { signingKey } = newNodeKeys();
  const known = await readNodeKeys(folder);
  const { kty, crv, x, y, kid } = known.signingKey;
  const formerSigningKey = { kty, crv, x, y, kid, until: new Date(Date.now() + formerVerifies).toISOString() };
  await replaceFile(nodeFileOf(folder), JSON.stringify({ ...known, signingKey, formerSigningKey }, undefined, 2));
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

function newNodeKeys(): NodeFile {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y, d } = z.object({ x: key, y: key, d: key }).parse(privateKey.export({ format: 'jwk' }));
  const thumbprint = sha256(canonicalJson({ crv: 'P-256', kty: 'EC', x, y })); // RFC 7638
  return {
    keyEncryptionKey: newSecret(),
    blindIndexKey: newSecret(),
    pairwiseKey: newSecret(),
    signingKey: { kty: 'EC', crv: 'P-256', x, y, d, alg: 'ES256', use: 'sig', kid: thumbprint },
  };
}

/** Wraps content keys under the newest key-encryption key, and opens what either of the two has wrapped. */
export type ContentKeyWrapper = {
  /** The mark of the newest key, with which everything begins that it wraps. */
  readonly mark: Buffer;
  readonly wrap: (contentKey: Uint8Array, place: string) => Uint8Array;
  readonly open: (wrapped: Uint8Array, place: string) => Uint8Array;
};

const unmarkedLength = 60; // as content keys were wrapped before there was a mark: nonce, key, tag

/** The wrapper that these keys make. */
export function contentKeyWrapper({ keyEncryptionKey, formerKeyEncryptionKey }: NodeFile): ContentKeyWrapper {
  const newest = markedKey(keyEncryptionKey);
  const known = [newest, ...(formerKeyEncryptionKey === undefined ? [] : [markedKey(formerKeyEncryptionKey)])];
  return {
    mark: newest.mark,
    wrap: (contentKey, place) => Buffer.concat([newest.mark, encrypt(newest.key, contentKey, place)]),
    open: (wrapped, place) => {
      const bytes = Buffer.from(wrapped);
      if (bytes.length === unmarkedLength) return openWithAny(known, bytes, place);
      const marked = known.find(({ mark }) => mark.equals(bytes.subarray(0, mark.length)));
      if (marked === undefined) throw new Error('wrapped under a key that is not in this keystore');
      return decrypt(marked.key, bytes.subarray(marked.mark.length), place);
    },
  };
}

type MarkedKey = { readonly mark: Buffer; readonly key: KeyObject };

function markedKey(secret: string): MarkedKey {
  const bytes = Buffer.from(secret, 'base64url');
  const mark = createHash('sha256').update('plinth key-encryption key\0').update(bytes).digest().subarray(0, 4);
  return { mark, key: createSecretKey(bytes) }; // a key object: given bytes, node:crypto spends three times as long on each use
}

function openWithAny(known: readonly MarkedKey[], wrapped: Buffer, place: string): Uint8Array {
  for (const { key: each } of known.slice(0, -1)) {
    try {
      return decrypt(each, wrapped, place);
    } catch {
      // wrapped under the one before
    }
  }
  const [oldest] = known.slice(-1);
  if (oldest === undefined) throw new Error('no key-encryption key');
  return decrypt(oldest.key, wrapped, place);
}

// A random nonce of 96 bits under one key: safe for 2^32 content keys (NIST SP 800-38D §8.3).
function encrypt(keyEncryptionKey: KeyObject, contentKey: Uint8Array, place: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyEncryptionKey, nonce).setAAD(Buffer.from(place));
  return Buffer.concat([nonce, cipher.update(contentKey), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(keyEncryptionKey: KeyObject, wrapped: Buffer, place: string): Uint8Array {
  const decipher = createDecipheriv('aes-256-gcm', keyEncryptionKey, wrapped.subarray(0, 12), { authTagLength: 16 })
    .setAAD(Buffer.from(place))
    .setAuthTag(wrapped.subarray(-16));
  return Buffer.concat([decipher.update(wrapped.subarray(12, -16)), decipher.final()]);
}
