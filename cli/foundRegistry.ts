import * as z from 'zod';
import { identitySchemaOf, type Country } from '#domain/country.ts';
import type { Command, Fact } from '#domain/envelope.ts';
import { schemaStream } from '#domain/identitySchema/events.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { randomId } from '#gateway/randomId.ts';
import type { Ledger } from '#ledger/ledger.ts';
import type { AgencyKeys } from './agencyKeys.ts';
import { demoSigner, type DemoOfficer } from './demoOfficers.ts';
import { SettingsFault } from './settings.ts';
import { publicHalf } from './signingKey.ts';

/** One agency at the first start: its keys, its officers and its own way to the ledger. */
export type FoundingAgency = {
  readonly name: string;
  readonly keys: AgencyKeys;
  readonly officers: readonly DemoOfficer[];
  readonly ledger: Pick<Ledger, 'submit' | 'head'>;
};

// Officers of a demo act from a day before anybody's clock, whichever machine they were made on.
const validFrom = '2020-01-01T00:00:00.000Z';

/** Founds the registry: every agency with its officers, then the country's identity schema. Does only what is missing. */
export async function foundRegistry(
  country: Country,
  channel: string,
  agencies: readonly FoundingAgency[],
): Promise<void> {
  await Promise.all(agencies.map((agency) => foundAgency(country, channel, agency)));
  const [first] = agencies;
  if (first !== undefined) await publishSchema(country, channel, first);
}

async function foundAgency({ agencies }: Country, channel: string, agency: FoundingAgency): Promise<void> {
  const stream = `agency-${agency.name}`;
  const [administrator, ...others] = agency.officers;
  if (administrator === undefined) throw new Error('an agency needs an administrator');
  const known = (await agency.ledger.head(stream))?.version ?? 0;
  if (known === 0) {
    const name = agencies.find((each) => each.name === agency.name)?.label ?? {};
    const data = { name, transportKey: agency.keys.transportKey, administrator: detailsOf(administrator) };
    await order(agency, commandOf(stream, { type: 'AdmitAgency', data }));
  }
  if (known > others.length) return;
  const sign = demoSigner(channel, agency.officers);
  for (const officer of others) {
    const command = commandOf(stream, { type: 'AddOfficer', data: detailsOf(officer) });
    await order(agency, sign(command, administrator.officer), ['ERR_OFFICER_EXISTS']);
  }
}

async function publishSchema(country: Country, channel: string, agency: FoundingAgency): Promise<void> {
  const head = await agency.ledger.head(schemaStream);
  if (head !== undefined) checkPublished(country, Published.parse(head.state));
  if (head !== undefined && head.version >= country.schemaVersion) return;
  const command = commandOf(schemaStream, { type: 'PublishIdentitySchema', data: identitySchemaOf(country) });
  await order(agency, demoSigner(channel, agency.officers)(command, 'policy-manager'), ['ERR_SCHEMA_NOT_NEXT']);
}

const Published = z.object({ versions: z.array(z.unknown()) });

/** What was published cannot change: another pack, or an edited one, would have values refused one by one. */
function checkPublished(country: Country, { versions }: z.infer<typeof Published>): void {
  const published = versions[country.schemaVersion - 1];
  if (published === undefined || canonicalJson(published) === canonicalJson(identitySchemaOf(country))) return;
  throw new SettingsFault(
    `this ledger has another identity schema as version ${country.schemaVersion} than ${country.name}: ` +
      'it is another country (set PLINTH_DATA), or an edited one (raise schemaVersion in pack.json)',
  );
}

/** A new command for a stream, unsigned. */
export function commandOf(stream: string, { type, data }: Fact): Command {
  return { id: randomId(), stream, type, data: { ...data }, seen: 0 };
}

/** Has a founding command done. `harmless`: refusals that say that somebody was here before. */
export async function order(
  { ledger }: Pick<FoundingAgency, 'ledger'>,
  command: Command,
  harmless: readonly string[] = ['ERR_ALREADY_EXISTS'],
): Promise<void> {
  const outcome = await ledger.submit({ command });
  if ('refused' in outcome && !harmless.includes(outcome.refused)) {
    throw new Error(`${outcome.refused}: ${command.type} of ${command.stream}: ${outcome.reason}`);
  }
}

function detailsOf({ officer, roles, key }: DemoOfficer) {
  return { officer, roles, key: publicHalf(key), validFrom };
}
