import { logKeyCheck, type LogKey, rawLogKey } from './logKey.ts';
import type { Holder } from './logSignature.ts';
import { keyIdOf, type NoteSignature, type Verifier, verifierKeyOf } from './note.ts';

const cosignatureV1 = 0x04;
const timeLength = 8;

/** A C2SP cosignature/v1: this was the newest checkpoint of its log that the cosigner had seen. `time` in seconds. */
export type Cosignature = { readonly time: number; readonly signature: Uint8Array };

/** Signs the text of a checkpoint as one who has checked it. */
export function cosign(text: string, key: LogKey, time: number): Cosignature {
  return { time, signature: key.sign(messageOf(text, BigInt(time))) };
}

/** Whether this cosignature of a checkpoint is by that key. */
export function verifyCosignature(text: string, publicKey: string, { time, signature }: Cosignature): boolean {
  if (!Number.isSafeInteger(time) || time < 0) return false;
  return logKeyCheck(publicKey)(messageOf(text, BigInt(time)), signature);
}

/** A cosignature as a line of a note. */
export function cosignatureLine(name: string, publicKey: string, { time, signature }: Cosignature): NoteSignature {
  const seconds = Buffer.alloc(timeLength);
  seconds.writeBigUInt64BE(BigInt(time));
  const keyId = keyIdOf(name, cosignatureV1, rawLogKey(publicKey));
  return { name, keyId, bytes: Buffer.concat([seconds, signature]) };
}

/** When a cosignature was made, in seconds; the line must be one of a cosigner. */
export function cosignedAt({ bytes }: NoteSignature): number {
  return Number(Buffer.from(bytes).readBigUInt64BE());
}

/** Checks what an agency signs as a cosigner under its name. */
export function cosignerVerifier(name: string, { agency, publicKey }: Holder): Verifier {
  const check = logKeyCheck(publicKey);
  const verify = (text: string, bytes: Uint8Array) => {
    if (bytes.length !== timeLength + 64) return false;
    const time = Buffer.from(bytes.subarray(0, timeLength)).readBigUInt64BE();
    return time < 2n ** 63n && check(messageOf(text, time), bytes.subarray(timeLength));
  };
  const raw = rawLogKey(publicKey);
  const key = { name, keyId: keyIdOf(name, cosignatureV1, raw), line: verifierKeyOf(name, cosignatureV1, raw) };
  return { ...key, agency, publicKey, verify };
}

// The heading keeps a cosignature from ever being the signature of a log, whose text begins with an origin.
function messageOf(text: string, time: bigint): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${time}\n${text}`);
}
