import { idOf, nounOf } from '#domain/envelope.ts';
import { effectiveFromName } from '#domain/identity/effectiveDate.ts';
import { openDisclosure } from '#domain/seal/disclosure.ts';
import type { ProposalDetails } from '#projections/proposals.ts';
import { openProposedDisclosures } from '#projections/proposedValues.ts';
import { recordAccess } from './accessRecord.ts';
import type { OfficerContext } from './context.ts';
import { heldValues } from './heldValues.ts';
import { Refused } from './refused.ts';

/** What an order would change about a person, beside what is held now. */
export type ProposedValues = {
  readonly accessId: string;
  readonly attributes: readonly string[];
  readonly proposed: ReadonlyMap<string, unknown>;
  readonly present: ReadonlyMap<string, unknown>;
  readonly effectiveFrom: string | null;
};

/**
 * Shows an officer of an agency that holds the class what would change. Undefined where there is nothing to decide on any
 * more, or never was a value. The person's access record is durable before anything leaves; a no is in it too.
 */
export async function readProposedValues(
  context: OfficerContext,
  { proposal, order, status }: ProposalDetails,
): Promise<ProposedValues | undefined> {
  const { sealed, stream } = order;
  if (sealed === undefined || nounOf(stream) !== 'identity') return undefined;
  if (status !== 'open' && status !== 'approved') return undefined;
  const identity = idOf(stream);
  if (context.country.classes[sealed.class]?.members.includes(context.caller.agency) !== true) {
    await recordLook(context, identity, { requested: [], decision: 'ERR_CLASS_UNKNOWN' });
    throw new Refused('ERR_CLASS_UNKNOWN', 'your agency holds no such class');
  }
  const values = await openValues(context, proposal);
  const { [effectiveFromName]: effectiveFrom, ...proposed } = Object.fromEntries(values);
  const attributes = Object.keys(proposed);
  const present = await heldValues(context, identity, attributes);
  const accessId = await recordLook(context, identity, { requested: attributes, decision: 'RELEASED' });
  return {
    accessId,
    attributes,
    proposed: new Map(Object.entries(proposed)),
    present: new Map(attributes.map((name) => [name, present.get(name)])),
    effectiveFrom: typeof effectiveFrom === 'string' ? effectiveFrom : null,
  };
}

async function openValues(
  { database, keystore }: OfficerContext,
  proposal: string,
): Promise<readonly (readonly [string, unknown])[]> {
  const disclosures = await openProposedDisclosures(database, keystore, proposal);
  if (disclosures === undefined)
    throw new Refused('ERR_DISCLOSURE_MISMATCH', 'its private values are not at this node: not yet, or no more');
  return disclosures.map(openDisclosure).map(({ name, value }) => [name, value]);
}

type Look = { readonly requested: readonly string[]; readonly decision: 'RELEASED' | 'ERR_CLASS_UNKNOWN' };

function recordLook(context: OfficerContext, identity: string, { requested, decision }: Look): Promise<string> {
  return recordAccess(context, identity, {
    kind: 'officer',
    party: `${context.caller.agency}/${context.caller.officer}`,
    purpose: null,
    requested,
    released: decision === 'RELEASED' ? requested : [],
    withheld: [],
    decision,
    at: new Date().toISOString(),
  });
}
