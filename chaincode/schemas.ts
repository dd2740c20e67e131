import {
  findNewestSchema,
  findSchema,
  identitySchemaDecider,
  type IdentitySchemas,
} from '#domain/identitySchema/decider.ts';
import { schemaStream, type IdentitySchema } from '#domain/identitySchema/events.ts';
import { Refusal } from '#domain/refusal.ts';
import type { Recipient } from '#domain/seal/sealing.ts';
import { getAgency } from './author.ts';
import { headKey } from './keys.ts';
import { findHead } from './streams.ts';
import type { Overlay } from './worldState.ts';

/** The identity schemas on the ledger. */
export type Schemas = {
  readonly byVersion: (version: number) => IdentitySchema | undefined;
  readonly newest: IdentitySchema | undefined;
};

/** Every schema that was ever published; none before the first. */
export async function getSchemas(overlay: Overlay): Promise<Schemas> {
  const head = await findHead(overlay, schemaStream);
  const state = (head?.state ?? identitySchemaDecider.initial) as IdentitySchemas; // folded by the schema decider
  return { byVersion: (version) => findSchema(state, version), newest: findNewestSchema(state) };
}

type Asked = { readonly overlay: Overlay; readonly agency: string };

/**
 * The agencies that hold a class, with the keys to seal for. Every one of them must have been admitted, and the agency
 * whose node asks must be one of them: Fabric lets everybody write into a collection, so that everybody can purge.
 */
export async function recipientsOf(
  { overlay, agency: own }: Asked,
  { newest }: Schemas,
  className: string,
): Promise<readonly Recipient[]> {
  if (newest === undefined) throw new Refusal('ERR_SCHEMA_UNKNOWN', 'no identity schema was published');
  const holders = Object.hasOwn(newest.classes, className) ? newest.classes[className] : undefined;
  if (holders === undefined) throw new Refusal('ERR_CLASS_UNKNOWN', 'the schema in force has no such class');
  if (!holders.members.includes(own)) throw new Refusal('ERR_CLASS_UNKNOWN', 'this agency holds no such class');
  await overlay.prefetch(holders.members.map((agency) => headKey(`agency-${agency}`)));
  const recipients: Recipient[] = [];
  for (const agency of holders.members) {
    const state = await getAgency(overlay, agency);
    if (state.status === 'removed') continue; // until a schema names the class's members anew
    if (state.status !== 'admitted')
      throw new Refusal('ERR_AGENCY_UNKNOWN', 'an agency that holds this class was never admitted');
    recipients.push({ agency, key: state.transportKey.key });
  }
  // One holder alone could lose a person's data, or claim to have lost them.
  if (recipients.length < 2) throw new Refusal('ERR_AGENCY_UNKNOWN', 'agencies were removed that hold this class');
  return recipients;
}
