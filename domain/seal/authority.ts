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
  const signature = Buffer.from(command.authority.signature, 'base64url');
  return verify(
    algorithmOf(key.asymmetricKeyType),
    signedBytes(channel, command),
    { key, dsaEncoding: 'ieee-p1363' },
    signature,
  );
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
