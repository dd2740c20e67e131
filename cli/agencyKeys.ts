import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
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
  /** Public half of the key that private values are sealed for. */
  readonly transportKey: { readonly epoch: number; readonly key: string };
  /** Public half of the key that signs the node's answers. */
  readonly nodeKey: PublicKey;
  /** Signs checkpoints of the logs that the agency's node keeps. */
  readonly logKey: LogKey;
};

/** Makes what is missing in the keystore folders of these agencies, and reads the rest. */
export async function ensureAgencyKeys(folders: readonly string[]): Promise<readonly AgencyKeys[]> {
  return Promise.all(
    folders.map(async (folder) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeOnce(transportFileOf(folder), () => JSON.stringify({ epoch: 1, ...newTransportKey() }));
      const newest = (await readTransportKeys(folder)).at(-1);
      if (newest === undefined) throw new Error('a keystore without a transport key');
      const transportKey = { epoch: newest.epoch, key: newest.publicKey };
      return { transportKey, nodeKey: await nodeKeyOf(folder), logKey: await ensureLogKey(folder) };
    }),
  );
}

const registryKeyFile = (folder: string) => join(folder, 'registry.key');

/**
 * The secret of the whole registry, the same in the keystore folders of all these agencies, made where there is none. For an
 * embedded ledger: on a network it was made with the network, and an agency that joins has it handed over.
 */
export async function ensureRegistryKey(folders: readonly string[]): Promise<Uint8Array> {
  const [first] = folders;
  if (first === undefined) throw new Error('a registry without agencies');
  await Promise.all(folders.map((folder) => mkdir(folder, { recursive: true, mode: 0o700 })));
  await writeOnce(registryKeyFile(first), () => randomBytes(32).toString('base64url'));
  const text = await readFile(registryKeyFile(first), 'utf8');
  await Promise.all(folders.map((folder) => writeOnce(registryKeyFile(folder), () => text.trim())));
  return keyIn(text);
}

/** The registry key in a keystore folder; undefined at an agency that holds no private values, and so needs none. */
export async function findRegistryKey(folder: string): Promise<Uint8Array | undefined> {
  const file = registryKeyFile(folder);
  return existsSync(file) ? keyIn(await readFile(file, 'utf8')) : undefined;
}

function keyIn(text: string): Uint8Array {
  return Buffer.from(key.parse(text.trim()), 'base64url');
}
