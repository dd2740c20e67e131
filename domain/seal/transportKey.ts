import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto';

// DER prefixes of a bare X25519 key (RFC 8410); node:crypto takes raw keys only inside these.
const privatePrefix = Buffer.from('302e020100300506032b656e04220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b656e032100', 'hex');

/** X25519 key pair of an agency, raw in base64url; private values are sealed for the public half. */
export type TransportKey = { readonly publicKey: string; readonly privateKey: string };

/** A fresh key pair for an agency. */
export function newTransportKey(): TransportKey {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const bare = (key: KeyObject, type: 'spki' | 'pkcs8') =>
    key.export({ format: 'der', type }).subarray(-32).toString('base64url');
  return { publicKey: bare(publicKey, 'spki'), privateKey: bare(privateKey, 'pkcs8') };
}

/** The key object of 32 raw private bytes. */
export function privateKeyOf(raw: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([privatePrefix, raw]), format: 'der', type: 'pkcs8' });
}

/** The key object of 32 raw public bytes. */
export function publicKeyOf(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([publicPrefix, raw]), format: 'der', type: 'spki' });
}

/** Raw public half of a private key. */
export function publicHalf(privateKey: KeyObject): Buffer {
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
}

/** X25519 agreement. Throws on a key of small order, whose result everybody knows. */
export function agree(privateKey: KeyObject, publicKey: KeyObject): Buffer {
  const shared = diffieHellman({ privateKey, publicKey });
  if (shared.every((byte) => byte === 0)) throw new Error('transport key of small order');
  return shared;
}
