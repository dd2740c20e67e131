import { createPrivateKey, createPublicKey, sign, verify, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { Command } from '../envelope.ts';
import type { PublicKey } from '../publicKey.ts';
import { canonicalJson } from './canonical.ts';

/** Signs a command for an officer: ES256 (raw r‖s) or EdDSA, by the kind of key. */
export function signAuthority(
  channel: string,
  command: Command,
  signer: { officer: string; key: JsonWebKey },
): Command {
  const key = createPrivateKey({ key: signer.key, format: 'jwk' });
  const signature = sign(algorithmOf(key.asymmetricKeyType), signedBytes(channel, command), {
    key,
    dsaEncoding: 'ieee-p1363',
  });
  return { ...command, authority: { officer: signer.officer, signature: signature.toString('base64url') } };
}

/** Whether the command's authority was signed by this key for this very command on this channel. By no key, nothing was. */
export function authorityHolds(channel: string, command: Command, publicKey: PublicKey): boolean {
  const key = findKeyObject(publicKey);
  if (command.authority === undefined || key === undefined) return false;
  const raw = Buffer.from(command.authority.signature, 'base64url');
  const algorithm = algorithmOf(key.asymmetricKeyType);
  // With a bare key object; one that comes with options costs Node half as much again as the check itself.
  return verify(algorithm, signedBytes(channel, command), key, algorithm === null ? raw : derOf(raw));
}

/** The ASN.1 form of a raw signature r‖s, which OpenSSL checks. */
function derOf(raw: Buffer): Buffer {
  const half = raw.length / 2;
  const numbers = Buffer.concat([derInteger(raw.subarray(0, half)), derInteger(raw.subarray(half))]);
  return Buffer.concat([Buffer.of(0x30, numbers.length), numbers]); // of P-256 always short enough for one byte of length
}

/** The shortest form, as DER wants it, with a zero before what would read as a negative number. */
function derInteger(bytes: Buffer): Buffer {
  let begin = 0;
  while (begin < bytes.length - 1 && bytes[begin] === 0) begin += 1;
  const rest = bytes.subarray(begin);
  const sign = (rest[0] ?? 0) < 0x80 ? [] : [0];
  return Buffer.concat([Buffer.of(0x02, sign.length + rest.length, ...sign), rest]);
}

// Reading a JWK costs more than checking a signature. Public keys only, and a key always gives the same object, so what
// is remembered can change no decision.
const keyObjects = new Map<string, KeyObject>();
const mostRemembered = 1000;

/** Undefined when the JWK names no point of its curve: its form says nothing about that. */
function findKeyObject(publicKey: PublicKey): KeyObject | undefined {
  const name = canonicalJson(publicKey);
  const known = keyObjects.get(name) ?? readKey(publicKey);
  if (known === undefined) return undefined;
  if (keyObjects.size >= mostRemembered) keyObjects.clear();
  keyObjects.set(name, known);
  return known;
}

function readKey(publicKey: PublicKey): KeyObject | undefined {
  try {
    return createPublicKey({ key: publicKey, format: 'jwk' });
  } catch {
    return undefined; // the caller refuses; as a fault it would take down its neighbours in the batch
  }
}

function signedBytes(channel: string, command: Command): Buffer {
  return Buffer.from(canonicalJson({ channel, command: { ...command, authority: undefined } }));
}

function algorithmOf(keyType: string | undefined): string | null {
  return keyType === 'ed25519' ? null : 'sha256'; // Ed25519 hashes inside
}
