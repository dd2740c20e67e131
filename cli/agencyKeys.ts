import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { PublicKey } from '#domain/publicKey.ts';
import { newTransportKey } from '#domain/seal/transportKey.ts';
import type { LogKey } from '#ledger/log/logKey.ts';
import { nodeKeyOf } from '#projections/keys/nodeKeys.ts';
import { readTransportKeys, transportFileOf } from '#projections/keys/transportKeys.ts';
import { writeOnce } from '#projections/keys/writeOnce.ts';
import { ensureLogKey } from './logKeyFile.ts';

const key = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** Keys of one agency that its chaincode and the other agencies must know. */
export type AgencyKeys = {
  /** Secret of the whole registry, the same at every member agency. */
  readonly registryKey: Uint8Array;
  /** Public half of the key that private values are sealed for. */
  readonly transportKey: { readonly epoch: number; readonly key: string };
  /** Public half of the key that signs the node's answers. */
  readonly nodeKey: PublicKey;
  /** Signs checkpoints of the logs that the agency's node keeps. */
  readonly logKey: LogKey;
};

/**
 * Makes what is missing in the keystore folders of these agencies, and reads the rest. They share one registry key; on a
 * Fabric network the network has put it there already.
 */
export async function ensureAgencyKeys(folders: readonly string[]): Promise<readonly AgencyKeys[]> {
  const [first] = folders;
  if (first === undefined) return [];
  await Promise.all(folders.map((folder) => mkdir(folder, { recursive: true, mode: 0o700 })));
  await writeOnce(join(first, 'registry.key'), () => randomBytes(32).toString('base64url'));
  const registryKey = await readRegistryKey(first);
  return Promise.all(
    folders.map(async (folder) => {
      await writeOnce(join(folder, 'registry.key'), () => registryKey.toString('base64url'));
      await writeOnce(transportFileOf(folder), () => JSON.stringify({ epoch: 1, ...newTransportKey() }));
      const newest = (await readTransportKeys(folder)).at(-1);
      if (newest === undefined) throw new Error('a keystore without a transport key');
      const transportKey = { epoch: newest.epoch, key: newest.publicKey };
      return { registryKey, transportKey, nodeKey: await nodeKeyOf(folder), logKey: await ensureLogKey(folder) };
    }),
  );
}

/** The registry key in a keystore folder. */
export async function readRegistryKey(folder: string): Promise<Buffer> {
  const text = await readFile(join(folder, 'registry.key'), 'utf8');
  return Buffer.from(key.parse(text.trim()), 'base64url');
}
