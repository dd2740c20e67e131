import { constants } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '#domain/errorCode.ts';
import { makeAuthority, type Certified } from './certificates.ts';

const fileName = 'identities.json';

/** The MSP keys of the simulated agencies and of their one orderer; no private value is sealed under any of them. */
export type MspKeys = {
  readonly agencies: Readonly<Record<string, AgencyMspKeys>>;
  readonly orderer: Certified & { readonly agency: string };
};

/** One agency's certificates with their keys. */
type AgencyMspKeys = {
  readonly authority: Certified;
  /** Creates transactions. */
  readonly node: Certified;
  /** Endorses them. */
  readonly peer: Certified;
};

/** The keys in this directory, made at the first start. Throws when they are those of other agencies. */
export async function openMspKeys(directory: string, agencies: readonly string[]): Promise<MspKeys> {
  const mspKeys = (await read(directory)) ?? (await make(directory, agencies));
  const strangers = agencies.filter((agency) => mspKeys.agencies[agency] === undefined);
  if (strangers.length > 0) throw new Error(`this ledger was made without ${strangers.join(', ')}`);
  return mspKeys;
}

/** The keys of an agency. Throws where the ledger was made without it. */
export function getMspKeys({ agencies }: MspKeys, agency: string): AgencyMspKeys {
  const keys = agencies[agency];
  if (keys === undefined) throw new Error(`no agency ${agency} on this ledger`);
  return keys;
}

async function read(directory: string): Promise<MspKeys | undefined> {
  try {
    return JSON.parse(await readFile(join(directory, fileName), 'utf8')) as MspKeys; // only make writes this file
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function make(directory: string, agencies: readonly string[]): Promise<MspKeys> {
  const [first] = agencies;
  if (first === undefined) throw new Error('a ledger needs at least one agency');
  const authorities = await Promise.all(agencies.map(async (agency) => [agency, await makeAuthority(agency)] as const));
  const entries = authorities.map(async ([agency, { issue, ...authority }]) => {
    const keys = { authority, node: await issue('node', 'client'), peer: await issue('peer', 'peer') };
    return [agency, keys] as const;
  });
  const firstAuthority = authorities[0]?.[1];
  if (firstAuthority === undefined) throw new Error('a ledger needs at least one agency');
  const orderer = { agency: first, ...(await firstAuthority.issue('orderer', 'orderer')) };
  const mspKeys = { agencies: Object.fromEntries(await Promise.all(entries)), orderer };
  await write(directory, mspKeys);
  return mspKeys;
}

/** All or nothing: a file that is half there would be a ledger nobody can sign for. */
async function write(directory: string, mspKeys: MspKeys): Promise<void> {
  const draft = join(directory, `${fileName}.draft`);
  const file = await open(draft, constants.O_CREAT | constants.O_TRUNC | constants.O_WRONLY, 0o600);
  try {
    await file.writeFile(JSON.stringify(mspKeys, undefined, 2));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, join(directory, fileName));
}
