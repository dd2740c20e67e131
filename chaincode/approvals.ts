import { isSameOrder, type Approval } from '#domain/approval.ts';
import { idOf, type Command } from '#domain/envelope.ts';
import type { Proposal } from '#domain/proposal/decider.ts';
import { Refusal } from '#domain/refusal.ts';
import { getAgency } from './author.ts';
import { spentKey } from './keys.ts';
import { findHead } from './streams.ts';
import type { Overlay } from './worldState.ts';

type Asked = { readonly at: string; readonly overlay: Overlay };

/**
 * The approved proposal that a command says it carries out. Throws a Refusal when it is not approved, over, used before,
 * or of another order, when an agency or an officer that agreed is none any more, and for the withdrawal
 * of a proposal that has been carried out.
 */
export async function findApproval({ overlay, at }: Asked, command: Command): Promise<Approval | undefined> {
  // What was done cannot be taken back by withdrawing what it was agreed with.
  if (command.type === 'WithdrawProposal') await refuseSpent(overlay, idOf(command.stream));
  const { proposal } = command;
  if (proposal === undefined) return undefined;
  const head = await findHead(overlay, `proposal-${proposal}`);
  const state = head?.state as Proposal | undefined; // folded by the decider of proposals
  if (state?.status !== 'approved') throw new Refusal('ERR_PROPOSAL_NOT_APPROVED', 'no agency has agreed to this');
  if (state.validUntil <= at) throw new Refusal('ERR_PROPOSAL_EXPIRED', 'the time to carry it out is over');
  if (!isSameOrder(state.order, command)) throw new Refusal('ERR_PROPOSAL_MISMATCH', 'another order was approved');
  for (const { agency, officer } of [state.proposedBy, state.approvedBy])
    await demandStanding(overlay, agency, officer);
  await refuseSpent(overlay, proposal);
  return { proposal, proposedBy: state.proposedBy, approvedBy: state.approvedBy };
}

async function refuseSpent(overlay: Overlay, proposal: string): Promise<void> {
  const spent = await overlay.get(spentKey(proposal));
  if (spent !== undefined) throw new Refusal('ERR_PROPOSAL_SPENT', 'the proposal has been carried out');
}

// Whoever was removed since, with a key that was perhaps stolen, or as an agency that broke the rules, agrees to nothing any
// more; officers whose time has merely ended have agreed while it lasted.
async function demandStanding(overlay: Overlay, name: string, officer: string | undefined): Promise<void> {
  const agency = await getAgency(overlay, name);
  if (agency.status === 'admitted' && agency.officers.some((each) => each.officer === officer)) return;
  throw new Refusal('ERR_PROPOSAL_NOT_APPROVED', 'an agency or an officer who had agreed was removed since');
}
