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

/** Whether the command's authority was signed by this key for this very command on this channel. */
export function authorityHolds(channel: string, command: Command, publicKey: PublicKey): boolean {
  if (command.authority === undefined) return false;
  const key = keyObjectOf(publicKey);
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

function keyObjectOf(publicKey: PublicKey): KeyObject {
  const name = canonicalJson(publicKey);
  const known = keyObjects.get(name) ?? createPublicKey({ key: publicKey, format: 'jwk' });
  if (keyObjects.size >= mostRemembered) keyObjects.clear();
  keyObjects.set(name, known);
  return known;
}

function signedBytes(channel: string, command: Command): Buffer {
  return Buffer.from(canonicalJson({ channel, command: { ...command, authority: undefined } }));
}

function algorithmOf(keyType: string | undefined): string | null {
  return keyType === 'ed25519' ? null : 'sha256'; // Ed25519 hashes inside
}
