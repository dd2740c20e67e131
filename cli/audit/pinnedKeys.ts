import { cosignerVerifier } from '#ledger/log/cosignature.ts';
import { cosignerNameOf } from '#ledger/log/origin.ts';
import type { Verifier } from '#ledger/log/note.ts';
import type { Report } from '#ledger/verify/report.ts';

/** Keys of a log's cosigners that somebody trusts. */
export type PinnedKeys = { readonly origin: string; readonly verifiers: readonly Verifier[] };

/** The log keys in force, one a line in the form that other programs take (C2SP's `vkey`). */
export function pinnedKeysOf({ log }: Report): string {
  if (log === undefined) throw new Error('a report about no blocks has no keys');
  const verifiers = log.keys.map((holder) => cosignerVerifier(cosignerNameOf(log.origin, holder.agency), holder));
  return verifiers.map(({ line }) => `${line}\n`).join('');
}

/** A file of keys that cannot be used. */
class KeyFileFault extends Error {
  readonly code = 'ERR_KEY_FILE';

  constructor(reason: string) {
    super(`ERR_KEY_FILE: ${reason}`);
    this.name = 'KeyFileFault';
  }
}

/** Reads a file of keys, all of one log. The name of a key ends with the agency that holds it. */
export function parsePinnedKeys(text: string): PinnedKeys {
  const lines = text.split('\n').filter((line) => line !== '');
  const read = lines.map(readKey);
  const [first] = read;
  if (first === undefined) throw new KeyFileFault('it holds no key');
  if (read.some(({ origin }) => origin !== first.origin)) throw new KeyFileFault('its keys are of several logs');
  return { origin: first.origin, verifiers: read.map(({ verifier }) => verifier) };
}

function readKey(line: string): { readonly origin: string; readonly verifier: Verifier } {
  const [, name = '', key = ''] = /^([^+]+)\+[0-9a-f]{8}\+([A-Za-z0-9+/=]+)$/.exec(line) ?? [];
  const end = name.lastIndexOf('/');
  const bytes = Buffer.from(key, 'base64');
  if (end < 1 || bytes.length !== 33)
    throw new KeyFileFault(`this line is no key: ${JSON.stringify(line.slice(0, 80))}`);
  const holder = { agency: name.slice(end + 1), publicKey: bytes.subarray(1).toString('base64url') };
  const verifier = cosignerVerifier(name, holder);
  // What is computed anew from name and key must be what stands there, id and type included.
  if (verifier.line !== line) throw new KeyFileFault(`this key is damaged: ${name}`);
  return { origin: name.slice(0, end), verifier };
}
