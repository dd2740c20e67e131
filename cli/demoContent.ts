import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { DemoContent } from '#country/loadDemo.ts';
import type { ConsentTerms } from '#domain/consent/terms.ts';
import type { Command } from '#domain/envelope.ts';
import { consentClass } from '#domain/identitySchema/classes.ts';
import { uniqueHash } from '#domain/seal/unique.ts';
import { randomId } from '#gateway/randomId.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { withPrivateValues } from '#ledger/withPrivateValues.ts';
import { writeOnce } from '#projections/keys/writeOnce.ts';
import { commandOf, order } from './orders.ts';
import { importedIdentity } from './people/enrol.ts';
import type { Registry } from './registry.ts';
import { newSigningKey, publicHalf, SigningKey } from './signingKey.ts';

const PartyFile = z.object({ party: z.string(), key: SigningKey });
/** A relying party of a demo country, with the private key that a real one would keep to itself. */
export type DemoParty = z.infer<typeof PartyFile>;

/** What it takes to fill the demo of a registry. */
export type DemoOptions = {
  readonly content: DemoContent;
  readonly ledger: Pick<Ledger, 'submit' | 'head'>;
  readonly registryKey: Uint8Array;
  readonly sign: (command: Command, officer: string) => Command;
  readonly agree: NonNullable<Registry['agree']>;
  /** Folder of the keys of demo parties. */
  readonly partyFolder: string;
};

/** What fills the demo of this registry; undefined where the country shows none. */
export function demoOptions(registry: Registry, partyFolder: string): DemoOptions | undefined {
  const { demo: content, sign, agree, ledger, registryKey } = registry;
  if (content === undefined || sign === undefined || agree === undefined || registryKey === undefined) return undefined;
  return { content, sign, agree, ledger, registryKey, partyFolder };
}

const year = 365 * 24 * 3600 * 1000;

/** Publishes the demo's policies, and registers and approves its relying parties. Does only what is missing. */
export async function ensurePartners(options: DemoOptions): Promise<void> {
  const { content, ledger, agree } = options;
  for (const [id, data] of Object.entries(content.policies)) {
    const stream = `sharingPolicy-${id}`;
    if ((await ledger.head(stream)) !== undefined) continue;
    await agree({ stream, type: 'PublishSharingPolicy', data });
  }
  for (const [id, party] of Object.entries(content.parties)) await ensureParty(id, party, options);
}

async function ensureParty(id: string, party: DemoContent['parties'][string], options: DemoOptions): Promise<void> {
  const { ledger, sign, partyFolder } = options;
  const { policy, ...details } = party;
  const stream = `relyingParty-${id}`;
  const { key } = await ensurePartyKey(partyFolder, id);
  if (((await ledger.head(stream))?.version ?? 0) >= 3) return; // registered, approved, given its policy; whatever came later counts
  const orders = [
    { type: 'RegisterRelyingParty', data: { ...details, keys: [publicHalf(key)] } },
    { type: 'ApproveRelyingParty', data: {} },
    { type: 'AssignSharingPolicy', data: { policy } },
  ];
  for (const each of orders) await order({ ledger }, sign(commandOf(stream, each), 'partner-manager'));
}

async function ensurePartyKey(folder: string, party: string): Promise<DemoParty> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeOnce(join(folder, `${party}.json`), () => JSON.stringify({ party, key: newSigningKey() }, undefined, 2));
  return readParty(folder, party);
}

/** The key of a demo party. Throws where there is none. */
export async function readParty(folder: string, party: string): Promise<DemoParty> {
  return PartyFile.parse(JSON.parse(await readFile(join(folder, `${party}.json`), 'utf8')));
}

/** Gives the consents of the demo's named residents, once: one that was withdrawn stays withdrawn. */
export async function ensureConsents({ content, ledger, registryKey }: DemoOptions): Promise<void> {
  const now = Date.now();
  const period = { validFrom: new Date(now).toISOString(), validUntil: new Date(now + year).toISOString() };
  for (const [name, { enrolmentId, consents }] of Object.entries(content.residents)) {
    const subject = importedIdentity(registryKey, enrolmentId);
    if ((await ledger.head(`identity-${subject}`)) === undefined) continue; // not imported: there is nobody to consent
    for (const [index, consent] of consents.entries()) {
      const stream = `consent-${uniqueHash(registryKey, 'demo consent', `${name} ${index}`).slice(0, 22)}`;
      if ((await ledger.head(stream)) !== undefined) continue;
      const terms: ConsentTerms = { ...consent, ...period };
      const command = { id: randomId(), stream, type: 'GiveConsent', data: period, seen: 0 };
      const outcome = await ledger.submit(withPrivateValues(command, consentClass, { subject, terms }));
      if ('refused' in outcome) throw new Error(`${outcome.refused}: consent of ${name}: ${outcome.reason}`);
    }
  }
}
