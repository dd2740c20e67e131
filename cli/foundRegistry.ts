import * as z from 'zod';
import { identitySchemaOf, type Country } from '#domain/country.ts';
import { schemaStream } from '#domain/identitySchema/events.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import type { AgencyKeys } from './agencyKeys.ts';
import { agreeOn, type SpeakingAgency } from './agreeOn.ts';
import { demoSigner, type DemoOfficer } from './demoOfficers.ts';
import { commandOf, order } from './orders.ts';
import { SettingsFault } from './settings.ts';
import { publicHalf } from './signingKey.ts';

/** One agency at the first start: its keys, its officers and its own way to the ledger. */
export type FoundingAgency = SpeakingAgency & { readonly keys: AgencyKeys };

// Officers of a demo act from a day before anybody's clock, whichever machine they were made on.
const validFrom = '2020-01-01T00:00:00.000Z';

/** Founds the registry: every agency with its officers, then the country's identity schema, on which two of them agree. Does only what is missing. */
export async function foundRegistry(
  country: Country,
  channel: string,
  agencies: readonly FoundingAgency[],
): Promise<void> {
  await Promise.all(agencies.map((agency) => foundAgency(country, channel, agency)));
  await publishSchema(country, channel, agencies);
}

const Admitted = z.object({ logKey: z.string().optional() });

async function foundAgency({ agencies }: Country, channel: string, agency: FoundingAgency): Promise<void> {
  const stream = `agency-${agency.name}`;
  const [administrator, ...others] = agency.officers;
  if (administrator === undefined) throw new Error('an agency needs an administrator');
  const head = await agency.ledger.head(stream);
  const known = head?.version ?? 0;
  const sign = demoSigner(channel, agency.officers);
  if (head !== undefined) await nameLogKey(agency, head.state, sign);
  if (known === 0) {
    const name = agencies.find((each) => each.name === agency.name)?.label ?? {};
    const { transportKey, nodeKey, logKey } = agency.keys;
    const keys = { transportKey, nodeKey, logKey: logKey.publicKey };
    const data = { name, ...keys, administrator: detailsOf(administrator) };
    await order(agency, commandOf(stream, { type: 'AdmitAgency', data }));
  }
  if (known > others.length) return;
  for (const officer of others) {
    const command = commandOf(stream, { type: 'AddOfficer', data: detailsOf(officer) });
    await order(agency, sign(command, administrator.officer), ['ERR_OFFICER_EXISTS']);
  }
}

/** Agencies that were admitted before there was a registry log have named no key for it. */
async function nameLogKey(agency: FoundingAgency, state: unknown, sign: ReturnType<typeof demoSigner>): Promise<void> {
  const [administrator] = agency.officers;
  const key = agency.keys.logKey.publicKey;
  if (administrator === undefined || Admitted.parse(state).logKey === key) return;
  const command = commandOf(`agency-${agency.name}`, { type: 'RotateLogKey', data: { key } });
  await order(agency, sign(command, administrator.officer));
}

async function publishSchema(country: Country, channel: string, agencies: readonly FoundingAgency[]): Promise<void> {
  const head = await agencies[0]?.ledger.head(schemaStream);
  if (head !== undefined) checkPublished(country, Published.parse(head.state));
  if (head !== undefined && head.version >= country.schemaVersion) return;
  const publication = { stream: schemaStream, type: 'PublishIdentitySchema', data: identitySchemaOf(country) };
  await agreeOn(channel, agencies, publication, ['ERR_SCHEMA_NOT_NEXT']);
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

function detailsOf({ officer, roles, key }: DemoOfficer) {
  return { officer, roles, key: publicHalf(key), validFrom };
}
