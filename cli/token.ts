import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { findDemo, type DemoContent } from '#country/loadDemo.ts';
import { loadCountry } from '#country/loadCountry.ts';
import { createNodeSigner } from '#gateway/nodeSigner.ts';
import { issueDemoToken, type DemoCaller } from '#gateway/tokens/demoToken.ts';
import { openFileKeystore } from '#projections/keys/fileKeystore.ts';
import { transportFileOf } from '#projections/keys/transportKeys.ts';
import { findRegistryKey } from './agencyKeys.ts';
import { readParty } from './demoContent.ts';
import { partyToken } from './partyToken.ts';
import { withNodeOptions } from './nodeOptions.ts';
import { demoOfficerIds } from './demoOfficers.ts';
import { getRegistryKey } from './openLedger.ts';
import { importedIdentity } from './people/enrol.ts';
import { agencyOf, keystoreFolder, settingsOf, SettingsFault, type NodeOptions } from './settings.ts';

/** `plinth token`: what stands in for a login while a country is a demo. Prints the token and nothing else. */
export function tokenCommand(): Command {
  const command = new Command('token').description('print a token for a demo caller').addHelpText('after', examples);
  const add = (name: string, description: string) => withNodeOptions(command.command(name).description(description));
  add('resident', 'for a person')
    .argument('[who]', 'nickname of a demo resident (lachlan, deakin), or an identity id')
    .option('--enrolment <id>', 'whoever was imported under this enrolment id')
    .action(async (who: string | undefined, options: ResidentOptions) =>
      print(options, (place) => resident(who, options.enrolment, place)),
    );
  add('officer', "for an officer of this node's agency, or of the one that --agency names")
    .argument('<id>', demoOfficerIds.join(', '))
    .action(async (id: string, options: NodeOptions) => print(options, ({ agency }) => officer(agency, id)));
  add('auditor', 'for an auditor').action(async (options: NodeOptions) =>
    print(options, () => ({ kind: 'auditor', auditor: 'auditor' })),
  );
  add('party', 'for a relying party: asks the running node, as the party would')
    .argument('<id>', 'clinic, bank…: the parties of the demo')
    .option('--url <url>', 'address of the node (default: http://127.0.0.1:PORT)')
    .action(party);
  return command;
}

const examples = `
Examples:
  CLINIC=$(npx plinth token party clinic)
  LACHLAN=$(npx plinth token resident lachlan)
  OTHER=$(npx plinth token officer registrar --agency election-office)
  curl -s localhost:4000/graphql -H "authorization: Bearer $LACHLAN" -H 'content-type: application/json' -d '{"query":"…"}'`;

type ResidentOptions = NodeOptions & { readonly enrolment?: string };
type Place = { readonly folder: string; readonly agency: string; readonly demo: DemoContent | undefined };

async function print(
  options: NodeOptions,
  callerOf: (place: Place) => DemoCaller | Promise<DemoCaller>,
): Promise<void> {
  const { folder, agency, demo } = await demoPlace(options);
  const caller = await callerOf({ folder, agency, demo });
  const { signingKey } = await openFileKeystore(folder, agency);
  console.log(await issueDemoToken(await createNodeSigner(agency, signingKey), caller));
}

async function demoPlace(options: NodeOptions) {
  const settings = settingsOf(options);
  const country = await loadCountry(settings.country);
  if (!country.demo) throw new SettingsFault(`${country.name} is no demo: its people and officers log in`);
  const agency = agencyOf(settings, country);
  const folder = keystoreFolder(settings, agency);
  if (!existsSync(transportFileOf(folder))) {
    throw new SettingsFault('this node has never been started: run npm start first');
  }
  return { settings, folder, agency, demo: await findDemo(settings.country, country) };
}

async function resident(who: string | undefined, enrolment: string | undefined, place: Place): Promise<DemoCaller> {
  const enrolmentId = enrolment ?? (who === undefined ? undefined : place.demo?.residents[who]?.enrolmentId);
  if (enrolmentId !== undefined) {
    const registryKey = getRegistryKey({ registryKey: await findRegistryKey(place.folder) });
    return { kind: 'resident', identity: importedIdentity(registryKey, enrolmentId) };
  }
  if (who === undefined) throw new SettingsFault('say whose token: a nickname, an identity id or --enrolment');
  if (isIdentityId(who)) return { kind: 'resident', identity: who };
  throw new SettingsFault(`no resident ${who}; there are ${namesOf(place.demo?.residents)}, and identity ids`);
}

function isIdentityId(text: string): boolean {
  return /^[\w-]{22}$/.test(text);
}

function namesOf(demoContent: Readonly<Record<string, unknown>> = {}): string {
  return Object.keys(demoContent).join(', ') || 'none in this country';
}

function officer(agency: string, id: string): DemoCaller {
  if (demoOfficerIds.includes(id)) return { kind: 'officer', agency, officer: id };
  throw new SettingsFault(`no officer ${id}; there are ${demoOfficerIds.join(', ')}`);
}

async function party(id: string, options: NodeOptions & { readonly url?: string }): Promise<void> {
  const { settings, demo } = await demoPlace(options);
  if (demo?.parties[id] === undefined) {
    throw new SettingsFault(`no party ${id}; there are ${namesOf(demo?.parties)}`);
  }
  const url = options.url ?? `http://127.0.0.1:${settings.port}`;
  console.log(await partyToken(await readParty(settings.partyFolder, id), url));
}
