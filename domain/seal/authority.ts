import { createPrivateKey, createPublicKey, sign, verify, type JsonWebKey } from 'node:crypto';
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
  const key = createPublicKey({ key: publicKey, format: 'jwk' });
  const signature = Buffer.from(command.authority.signature, 'base64url');
  return verify(
    algorithmOf(key.asymmetricKeyType),
    signedBytes(channel, command),
    { key, dsaEncoding: 'ieee-p1363' },
    signature,
  );
}

function signedBytes(channel: string, command: Command): Buffer {
  return Buffer.from(canonicalJson({ channel, command: { ...command, authority: undefined } }));
}

function algorithmOf(keyType: string | undefined): string | null {
  return keyType === 'ed25519' ? null : 'sha256'; // Ed25519 hashes inside
}
