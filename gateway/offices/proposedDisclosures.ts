import type { ProposedOrder } from '#domain/approval.ts';
import type { Disclosed } from '#ledger/withPrivateValues.ts';
import { openProposedDisclosures } from '#projections/keys/proposedValues.ts';
import type { GatewayParts } from '../context.ts';
import { Refused } from '../refused.ts';
import type { OrderingOfficer } from './submitOrder.ts';

/** A proposal whose order is known. */
export type KnownProposal = { readonly proposal: string; readonly order: ProposedOrder };

/**
 * The private values of a proposed order, as they were disclosed; undefined when it has none. Throws a Refused when the
 * officer's agency does not hold their class, and when they are not at this node: nobody agrees to what nobody here could read.
 */
export async function findDisclosed(
  { country, database, keystore }: GatewayParts,
  { agency }: OrderingOfficer,
  { proposal, order: { sealed } }: KnownProposal,
): Promise<Disclosed | undefined> {
  if (sealed === undefined) return undefined;
  if (country.classes[sealed.class]?.members.includes(agency) !== true)
    throw new Refused('ERR_CLASS_UNKNOWN', 'your agency holds no such class');
  const disclosures = await openProposedDisclosures(database, keystore, proposal);
  if (disclosures === undefined)
    throw new Refused('ERR_DISCLOSURE_MISMATCH', 'its private values are not at this node: not yet, or no more');
  return { class: sealed.class, disclosures };
}
