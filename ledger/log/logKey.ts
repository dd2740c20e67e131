import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { insist } from './logFault.ts';

// DER prefixes of a bare Ed25519 key (RFC 8410); node:crypto takes raw keys only inside these.
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const keyLength = 32;

/** An agency's log key, ready to sign. `publicKey` is raw in base64url, as it stands on the ledger. */
export type LogKey = { readonly publicKey: string; readonly sign: (message: Uint8Array) => Buffer };

/** The log key of a 32-byte seed (RFC 8032). */
export function logKeyOf(seed: Uint8Array): LogKey {
  insist(seed.length === keyLength, 'ERR_LOG_KEY_MALFORMED', 'the seed of a log key has 32 bytes');
  const key = createPrivateKey({ key: Buffer.concat([privatePrefix, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-keyLength);
  return { publicKey: publicKey.toString('base64url'), sign: (message) => sign(null, message, key) };
}

/** The 32 raw bytes of a public log key. */
export function rawLogKey(publicKey: string): Buffer {
  const raw = Buffer.from(publicKey, 'base64url');
  const holds = raw.length === keyLength && raw.toString('base64url') === publicKey;
  insist(holds, 'ERR_LOG_KEY_MALFORMED', 'a log key is 32 bytes in base64url');
  return raw;
}

/** Tells whether a signature over a message is of this public log key. */
export function logKeyCheck(publicKey: string): (message: Uint8Array, signature: Uint8Array) => boolean {
  const key: KeyObject = createPublicKey({
    key: Buffer.concat([publicPrefix, rawLogKey(publicKey)]),
    format: 'der',
    type: 'spki',
  });
  return (message, signature) => signature.length === 64 && verify(null, message, key, signature);
}
