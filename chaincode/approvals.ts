import { isSameOrder, type Approval } from '#domain/approval.ts';
import type { Command } from '#domain/envelope.ts';
import type { Proposal } from '#domain/proposal/decider.ts';
import { Refusal } from '#domain/refusal.ts';
import { spentKey } from './keys.ts';
import { findHead } from './streams.ts';
import type { Overlay } from './worldState.ts';

type Asked = { readonly at: string; readonly overlay: Overlay };

/**
 * The approved proposal that a command says it carries out. Throws a Refusal when it is not approved, over, used before,
 * or of another order.
 */
export async function findApproval({ overlay, at }: Asked, command: Command): Promise<Approval | undefined> {
  const { proposal } = command;
  if (proposal === undefined) return undefined;
  const head = await findHead(overlay, `proposal-${proposal}`);
  const state = head?.state as Proposal | undefined; // folded by the decider of proposals
  if (state?.status !== 'approved') throw new Refusal('ERR_PROPOSAL_NOT_APPROVED', 'no agency has agreed to this');
  if (state.validUntil <= at) throw new Refusal('ERR_PROPOSAL_EXPIRED', 'the time to carry it out is over');
  if (!isSameOrder(state.order, command)) throw new Refusal('ERR_PROPOSAL_MISMATCH', 'another order was approved');
  const spent = await overlay.get(spentKey(proposal));
  if (spent !== undefined) throw new Refusal('ERR_PROPOSAL_SPENT', 'the proposal has been carried out');
  return { proposal, proposedBy: state.proposedBy, approvedBy: state.approvedBy };
}
