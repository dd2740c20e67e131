import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { newTransportKey } from '#domain/seal/transportKey.ts';
import { unwrapperOf } from '#domain/seal/sealing.ts';
import { KeyFault } from './keyFault.ts';
import { replaceFile } from './replaceFile.ts';

const key = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const EpochKey = z.object({ epoch: z.int().min(1), publicKey: key, privateKey: key });
/** An agency's X25519 key pair of one epoch. */
export type EpochKey = z.infer<typeof EpochKey>;

/** `transport.json`: the keys of all epochs that are not retired, oldest first. A single key is how it was once written. */
export const TransportFile = z.union([
  z.object({ keys: z.array(EpochKey).min(1) }),
  EpochKey.transform((only) => ({ keys: [only] })),
]);
export type TransportFile = z.infer<typeof TransportFile>;

/** Where they lie in a keystore folder. */
export function transportFileOf(folder: string): string {
  return join(folder, 'transport.json');
}

/** The keys in a keystore folder, oldest first. */
export async function readTransportKeys(folder: string): Promise<readonly EpochKey[]> {
  return TransportFile.parse(JSON.parse(await readFile(transportFileOf(folder), 'utf8'))).keys;
}

/**
 * The key of this epoch: the one that is there, or a new one that is on the disk when this resolves. Call it before the
 * ledger is told, so that nothing is ever sealed for a key that a crash has taken away.
 */
export async function ensureTransportKey(folder: string, epoch: number): Promise<EpochKey> {
  const keys = await readTransportKeys(folder);
  const known = keys.find((each) => each.epoch === epoch);
  if (known !== undefined) return known;
  const added = { epoch, ...newTransportKey() };
  await replaceFile(transportFileOf(folder), written([...keys, added]));
  return added;
}

/** Destroys the private half of an epoch: what was sealed for it opens by the node's own wraps only. */
export async function removeTransportKey(folder: string, epoch: number): Promise<void> {
  const keys = await readTransportKeys(folder);
  const remaining = keys.filter((each) => each.epoch !== epoch);
  if (remaining.length === keys.length)
    throw new KeyFault('ERR_EPOCH_UNKNOWN', `there is no transport key of epoch ${epoch}`);
  await replaceFile(transportFileOf(folder), written(remaining));
}

function written(keys: readonly EpochKey[]): string {
  return JSON.stringify({ keys }, undefined, 2);
}

/**
 * Opens what was sealed for an agency in any of these epochs. An entry does not say which: its seal does, and the key
 * that fitted last is tried first.
 */
export function unwrapWithAny(agency: string, keys: readonly EpochKey[]): (entry: Uint8Array) => Uint8Array {
  let unwrappers = keys.map(({ privateKey }) => unwrapperOf(agency, privateKey)).reverse();
  return (entry) => {
    let last: unknown;
    for (const unwrap of unwrappers) {
      try {
        const contentKey = unwrap(entry);
        unwrappers = [unwrap, ...unwrappers.filter((each) => each !== unwrap)];
        return contentKey;
      } catch (error) {
        last = error;
      }
    }
    throw last;
  };
}
