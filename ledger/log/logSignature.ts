import { logKeyCheck, type LogKey, rawLogKey } from './logKey.ts';
import { keyIdOf, type NoteSignature, type Verifier, verifierKeyOf } from './note.ts';

const ed25519 = 0x01;

/** The log's own signature under a checkpoint: plain Ed25519, the key named like the log. */
export function signAsLog(text: string, origin: string, key: LogKey): NoteSignature {
  const keyId = keyIdOf(origin, ed25519, rawLogKey(key.publicKey));
  return { name: origin, keyId, bytes: key.sign(Buffer.from(text)) };
}

/** Checks signatures that an agency makes as the log itself. */
export function logVerifier(origin: string, { agency, publicKey }: Holder): Verifier {
  const check = logKeyCheck(publicKey);
  const raw = rawLogKey(publicKey);
  const key = { name: origin, keyId: keyIdOf(origin, ed25519, raw), line: verifierKeyOf(origin, ed25519, raw) };
  return { ...key, agency, publicKey, verify: (text, signature) => check(Buffer.from(text), signature) };
}

/** An agency and the public half of its log key. */
export type Holder = { readonly agency: string; readonly publicKey: string };
