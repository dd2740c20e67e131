import { orderDigest, type ProposedOrder } from '#domain/approval.ts';
import { idOf } from '#domain/envelope.ts';
import type { Proposal } from '#domain/proposal/decider.ts';
import { boundToAgency, permissionFor } from '#domain/permissions.ts';
import type { Reason } from '#domain/reasons.ts';
import { findProposalsWithValues } from '#projections/models/proposals.ts';
import type { GatewayParts } from '../context.ts';
import { findDisclosed } from './proposedDisclosures.ts';
import { Refused } from '../refused.ts';
import { checkStreamName, submitOrder, type OrderingOfficer, type Receipt } from './submitOrder.ts';

/** Which proposal, and who speaks about it. */
export type ProposalAnswer = { readonly proposal: string; readonly officer: OrderingOfficer };

/** An approval, and what came of carrying the order out at once: a receipt, a no, or null when that was left to others. */
export type Approved = {
  readonly proposal: string;
  readonly block: number;
  readonly carriedOut: Receipt | Refused | null;
};

/**
 * Agrees to a proposal and, unless it is left for later, carries its order out: two commands on the ledger. The approval
 * stands when the order is refused; it can be carried out when the reason is gone.
 */
export async function approveProposal(
  parts: GatewayParts,
  { proposal, officer }: ProposalAnswer,
  andCarryOut: boolean,
): Promise<Approved> {
  const order = await getOrder(parts, proposal);
  await findDisclosed(parts, officer, { proposal, order }); // refuses what nobody at this node could have read
  const data = { order: orderDigest(order) };
  const { block } = await submitOrder(parts, { ...about(proposal), type: 'ApproveProposal', data, officer });
  if (!andCarryOut || !mayCarryOut(order, officer)) return { proposal, block, carriedOut: null };
  try {
    return { proposal, block, carriedOut: await carryOutProposal(parts, { proposal, officer }) };
  } catch (error) {
    if (error instanceof Refused) return { proposal, block, carriedOut: error };
    throw error;
  }
}

// An agency enters, and asks for keys, by itself, and is removed by others.
function mayCarryOut({ stream, type }: ProposedOrder, { agency }: OrderingOfficer): boolean {
  const bound = new Map(Object.entries(boundToAgency)).get(type);
  if (permissionFor(type).by !== 'officer') return false;
  return bound === undefined || (bound === 'its own') === (idOf(stream) === agency);
}

/** Says no to a proposal of another agency, or takes one's own back. */
export function closeProposal(
  parts: GatewayParts,
  type: 'RejectProposal' | 'WithdrawProposal',
  { proposal, officer, reason }: ProposalAnswer & { readonly reason: Reason },
): Promise<Receipt> {
  return submitOrder(parts, { ...about(proposal), type, data: { reason }, officer });
}

/** Carries out the very order that was agreed on, private values included: they lie sealed beside the proposal. */
export async function carryOutProposal(parts: GatewayParts, { proposal, officer }: ProposalAnswer): Promise<Receipt> {
  const order = await getOrder(parts, proposal);
  const { stream, type, data } = order;
  if (permissionFor(type).by === 'node')
    throw new Refused('ERR_AUTHORITY_INVALID', `the node of the agency carries out ${type}, for itself`);
  await checkErasesAll(parts, order);
  const sealed = await findDisclosed(parts, officer, { proposal, order });
  return submitOrder(parts, { stream, type, data, officer, proposal, ...(sealed && { sealed }) });
}

function about(proposal: string): { readonly stream: string } {
  return { stream: `proposal-${proposal}` };
}

// From the ledger itself: this node may not have read yet what another one has proposed.
async function getOrder({ ledger }: GatewayParts, proposal: string): Promise<ProposedOrder> {
  const { stream } = about(proposal);
  checkStreamName(stream);
  const state = (await ledger.head(stream))?.state as Proposal | undefined; // folded by the decider of proposals
  if (state === undefined || state.status === 'unknown') throw new Refused('ERR_NOT_FOUND', 'no such proposal');
  return state.order;
}

// An erasure names the proposals whose values go with the person. One that came later would keep its values for ever.
async function checkErasesAll({ database }: GatewayParts, { stream, type, data }: ProposedOrder): Promise<void> {
  if (type !== 'EraseIdentity') return;
  const named = Array.isArray(data['proposals']) ? data['proposals'] : [];
  const later = (await findProposalsWithValues(database, stream)).filter((id) => !named.includes(id));
  if (later.length > 0)
    throw new Refused(
      'ERR_PROPOSAL_MISMATCH',
      'values were proposed since for this identity: propose its erasure anew',
    );
}
