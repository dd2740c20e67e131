import { idOf, nounOf } from '#domain/envelope.ts';
import { effectiveFromName } from '#domain/identity/effectiveDate.ts';
import { openDisclosure } from '#domain/seal/disclosure.ts';
import type { Disclosed } from '#ledger/withPrivateValues.ts';
import type { ProposalDetails } from '#projections/models/proposals.ts';
import type { OfficerContext } from '../context.ts';
import { heldValues } from '../release/heldValues.ts';
import { recordLook } from './officerLook.ts';
import { findDisclosed } from './proposedDisclosures.ts';
import { Refused } from '../refused.ts';

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
  details: ProposalDetails,
): Promise<ProposedValues | undefined> {
  const { order, status } = details;
  if (nounOf(order.stream) !== 'identity' || (status !== 'open' && status !== 'approved')) return undefined;
  const identity = idOf(order.stream);
  const disclosed = await findDisclosed(context, context.caller, details).catch(async (error: unknown) => {
    if (error instanceof Refused) await recordLook(context, identity, { requested: [], decision: error.code });
    throw error;
  });
  return disclosed && showValues(context, identity, disclosed);
}

async function showValues(
  context: OfficerContext,
  identity: string,
  { disclosures }: Disclosed,
): Promise<ProposedValues> {
  const opened = new Map(disclosures.map(openDisclosure).map(({ name, value }) => [name, value]));
  const effectiveFrom = opened.get(effectiveFromName);
  const attributes = [...opened.keys()].filter((name) => name !== effectiveFromName);
  const present = await heldValues(context, identity, attributes);
  const accessId = await recordLook(context, identity, { requested: attributes, decision: 'RELEASED' });
  return {
    ...{ accessId, attributes, proposed: opened },
    present: new Map(attributes.map((name) => [name, present.get(name)])),
    effectiveFrom: typeof effectiveFrom === 'string' ? effectiveFrom : null,
  };
}
