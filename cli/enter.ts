import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import * as z from 'zod';
import { loadCountry } from '#country/loadCountry.ts';
import { AdmitAgency } from '#domain/agency/commands.ts';
import type { Country } from '#domain/country.ts';
import { PublicKey } from '#domain/publicKey.ts';
import { orUndefined } from '#projections/keys/orUndefined.ts';
import { admissionKeys, demandOwnKeys } from './admission.ts';
import { ensureDemoOfficers } from './demoOfficers.ts';
import { withNodeOptions } from './nodeOptions.ts';
import { openLedger, type OpenedLedger } from './openLedger.ts';
import { commandOf, getCommitted } from './orders.ts';
import { agencyOf, keystoreFolder, settingsOf, SettingsFault, type NodeOptions, type Settings } from './settings.ts';
import { publicHalf } from './signingKey.ts';

/** `plinth enter`: an agency that joins asks to be admitted, and enters once others have agreed. */
export function enterCommand(): Command {
  return withNodeOptions(
    new Command('enter')
      .description('enter the registry as an agency that joins: prints what others have to agree on, then does it')
      .argument('[proposal]', 'the id of the proposal that admits this agency, once it is approved')
      .option('--officer <id>', "the agency's first administrator (a demo has one)")
      .option('--officer-key <file>', "that officer's public key, a JWK: ES256 or Ed25519")
      .action(run),
  ).addHelpText(
    'after',
    `
Without a proposal it makes the keys of this node where they are missing, and prints the variables of the mutation admitAgency. An
administrator of an admitted agency proposes with them, an administrator of another one approves, and then this node enters
with the proposal's id. The agency's peer has to be on the network (plinth network add-agency).

Example:
  npx plinth enter --ledger fabric --agency tax-office > admission.json
  npx plinth enter XwHRyYH1XbbGgUe6yPAxEg --ledger fabric --agency tax-office`,
  );
}

type EnterOptions = NodeOptions & { readonly officer?: string; readonly officerKey?: string };

async function run(proposal: string | undefined, options: EnterOptions): Promise<void> {
  const settings = settingsOf(options);
  if (settings.ledger !== 'fabric')
    throw new SettingsFault(
      'an embedded ledger has the agencies of its country pack; on a network give --ledger fabric --agency <name>',
    );
  const country = await loadCountry(settings.country);
  const agency = agencyOf(settings, country);
  const opened = await openLedger(settings, country, agency);
  try {
    if (proposal === undefined) console.log(await admissionOf({ settings, country, agency, opened }, options));
    else console.log(await enter(opened, agency, proposal));
  } finally {
    await opened.close();
  }
}

type Joining = {
  readonly settings: Settings;
  readonly country: Country;
  readonly agency: string;
  readonly opened: OpenedLedger;
};

/** The variables of `admitAgency`: names and public keys only. */
async function admissionOf({ settings, country, agency, opened }: Joining, options: EnterOptions): Promise<string> {
  if ((await opened.ledger.head(`agency-${agency}`)) !== undefined)
    throw new SettingsFault(`${agency} is in the registry already`);
  const label = country.agencies.find(({ name }) => name === agency)?.label ?? {};
  const [language = ''] = country.languages.all;
  const names = Object.entries({ [language]: agency, ...label }).map(([each, value]) => ({ language: each, value }));
  const validFrom = new Date().toISOString();
  const administrator = { ...(await administratorOf(settings, country, { agency, ...options })), validFrom };
  const variables = { agency, name: names, ...admissionKeys(ownKeys(opened, agency)), administrator };
  return JSON.stringify(variables, undefined, 2);
}

async function administratorOf(
  settings: Settings,
  { demo, name }: Country,
  { agency, officer, officerKey }: EnterOptions & { readonly agency: string },
) {
  if (officer !== undefined && officerKey !== undefined) return { officer, key: await readPublicKey(officerKey) };
  if (!demo || officer !== undefined || officerKey !== undefined)
    throw new SettingsFault(
      `name --officer and --officer-key of the first administrator: only a demo makes one (${name})`,
    );
  const [administrator] = await ensureDemoOfficers(keystoreFolder(settings, agency));
  if (administrator === undefined) throw new Error('an agency needs an administrator');
  return { officer: administrator.officer, key: publicHalf(administrator.key) };
}

async function readPublicKey(file: string): Promise<PublicKey> {
  const text = await readFile(file, 'utf8');
  const { data } = PublicKey.safeParse(orUndefined((): unknown => JSON.parse(text)));
  if (data === undefined)
    throw new SettingsFault('--officer-key names no public JWK: EC with P-256 or OKP with Ed25519, without d');
  return data;
}

const Approved = z.object({
  order: z.object({ stream: z.string(), type: z.literal('AdmitAgency'), data: AdmitAgency.shape.data }),
});

/** Puts the agreed order on the ledger: this agency's own node says that it enters, as it was agreed. */
async function enter({ ledger, ...opened }: OpenedLedger, agency: string, proposal: string): Promise<string> {
  const stream = `agency-${agency}`;
  const { data: agreed } = Approved.safeParse((await ledger.head(`proposal-${proposal}`))?.state);
  if (agreed?.order.stream !== stream) throw new SettingsFault(`${proposal} is no proposal to admit ${agency}`);
  const { data } = agreed.order;
  demandOwnKeys(data, ownKeys(opened, agency));
  const command = { ...commandOf(stream, { type: 'AdmitAgency', data }), proposal };
  const { block } = getCommitted(await ledger.submit({ command }));
  return `${agency} has entered the registry with block ${block}`;
}

function ownKeys({ agencies }: Pick<OpenedLedger, 'agencies'>, agency: string) {
  const own = agencies.find(({ name }) => name === agency);
  if (own === undefined) throw new Error(`no keys of ${agency} on this machine`);
  return own.keys;
}
