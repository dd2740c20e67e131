import { orderDigest } from '../approval.ts';
import type { ProposedOrder } from '../approval.ts';
import { canonicalJson } from '../seal/canonical.ts';
import type { Circumstances, Decider } from '../decider.ts';
import type { LedgerEvent } from '../envelope.ts';
import { commandParser } from '../parseCommand.ts';
import { refusePrivateValues } from '../privateValues.ts';
import { Refusal } from '../refusal.ts';
import { unreachable } from '../unreachable.ts';
import { ApproveProposal, Propose, RejectProposal, WithdrawProposal } from './commands.ts';
import type { ProposalCommand } from './commands.ts';
import type { ChangeProposed, ProposalApproved, ProposalEvent } from './events.ts';
import { parseProposedOrder, roleToAgree } from './orders.ts';

type Made = { readonly order: ProposedOrder; readonly proposedBy: LedgerEvent['by']; readonly validUntil: string };

/** A proposal as its rules see it. Its end by time is judged when somebody asks, not by a fact. */
export type Proposal =
  | { readonly status: 'unknown' }
  | (Made & { readonly status: 'open' | 'rejected' | 'withdrawn' })
  | (Made & { readonly status: 'approved'; readonly approvedBy: LedgerEvent['by'] });
type MadeProposal = Exclude<Proposal, { status: 'unknown' }>;

/** The rules of proposals: an officer of one agency asks, an officer of another one with the same role agrees. */
export const proposalDecider: Decider<Proposal, ProposalCommand, ProposalEvent> = {
  noun: 'proposal',
  initial: { status: 'unknown' },
  parse: commandParser([Propose, ApproveProposal, RejectProposal, WithdrawProposal]),
  decide: (command, state, circumstances) => [decide(command, state, circumstances)],
  evolve,
};

function decide(command: ProposalCommand, state: Proposal, circumstances: Circumstances): ProposalEvent {
  if (command.type !== 'Propose') refusePrivateValues(circumstances);
  switch (command.type) {
    case 'Propose':
      return propose(command, state, circumstances);
    case 'ApproveProposal':
      return approve(command, state, circumstances);
    case 'RejectProposal':
      getForOther(state, circumstances);
      return { type: 'ProposalRejected', data: command.data };
    case 'WithdrawProposal':
      getOwn(state, circumstances);
      return { type: 'ProposalWithdrawn', data: command.data };
    default:
      return unreachable(command);
  }
}

function propose({ data }: Propose, state: Proposal, circumstances: Circumstances): ChangeProposed {
  if (state.status !== 'unknown') throw new Refusal('ERR_ALREADY_EXISTS', 'each proposal has a stream of its own');
  const order = parseProposedOrder(data.order);
  demandRole(order, circumstances);
  checkPeriod(data.validUntil, circumstances.at);
  const { sealedClass, sealedDigests } = circumstances;
  const beside = sealedClass === undefined ? undefined : { class: sealedClass, digests: sealedDigests };
  if (canonicalJson({ sealed: order.sealed }) !== canonicalJson({ sealed: beside }))
    throw new Refusal('ERR_DISCLOSURE_MISMATCH', 'the private values beside a proposal are those of its order');
  return { type: 'ChangeProposed', data: { order, validUntil: data.validUntil } };
}

function checkPeriod(validUntil: string, at: string): void {
  if (validUntil <= at) throw new Refusal('ERR_PERIOD_INVALID', 'the proposal would be over already');
  const days = (Date.parse(validUntil) - Date.parse(at)) / 86_400_000;
  if (days > 90) throw new Refusal('ERR_PERIOD_INVALID', 'a proposal stands for 90 days at most');
}

function approve({ data }: ApproveProposal, state: Proposal, circumstances: Circumstances): ProposalApproved {
  const { order } = getForOther(state, circumstances);
  if (data.order !== orderDigest(order)) throw new Refusal('ERR_PROPOSAL_MISMATCH', 'another order was signed');
  checkHolds(order, circumstances);
  return { type: 'ProposalApproved', data };
}

/** Nobody agrees to values that they cannot read. */
function checkHolds({ data, sealed }: ProposedOrder, { schema, agency }: Circumstances): void {
  if (sealed === undefined) return;
  const classes = schema(Number(data['schema']))?.classes ?? {};
  const members = Object.hasOwn(classes, sealed.class) ? classes[sealed.class]?.members : undefined;
  if (!members?.includes(agency))
    throw new Refusal('ERR_CLASS_UNKNOWN', 'an agency agrees to values of a class that it holds');
}

/** An open proposal, for an officer of another agency than the one that made it. */
function getForOther(state: Proposal, circumstances: Circumstances): MadeProposal {
  const open = getOpen(state, circumstances);
  if (open.proposedBy.agency === circumstances.agency)
    throw new Refusal('ERR_SAME_AGENCY', 'an officer of another agency must agree');
  return open;
}

/** Also one that has been approved: until it is carried out, whoever asked for it may think better of it. */
function getOwn(state: Proposal, circumstances: Circumstances): MadeProposal {
  const open = getOpen(state.status === 'approved' ? { ...state, status: 'open' } : state, circumstances);
  if (open.proposedBy.agency !== circumstances.agency)
    throw new Refusal('ERR_AUTHORITY_INVALID', 'a proposal is withdrawn by the agency that made it');
  return open;
}

function getOpen(state: Proposal, circumstances: Circumstances): MadeProposal {
  if (state.status === 'unknown') throw new Refusal('ERR_NOT_FOUND', 'no such proposal');
  if (state.status !== 'open') throw new Refusal('ERR_CLOSED', `the proposal is ${state.status}`);
  if (state.validUntil <= circumstances.at) throw new Refusal('ERR_PROPOSAL_EXPIRED', 'the time to agree is over');
  demandRole(state.order, circumstances);
  return state;
}

function demandRole({ type }: ProposedOrder, { officer }: Circumstances): void {
  const role = roleToAgree(type);
  if (officer?.roles.includes(role) !== true)
    throw new Refusal('ERR_ROLE_MISSING', `agreeing to ${type} takes the role ${role}`);
}

function evolve(state: Proposal, event: ProposalEvent & Pick<LedgerEvent, 'by'>): Proposal {
  switch (event.type) {
    case 'ChangeProposed':
      return { status: 'open', proposedBy: event.by, ...event.data };
    case 'ProposalApproved':
      return state.status === 'unknown' ? state : { ...state, status: 'approved', approvedBy: event.by };
    case 'ProposalRejected':
      return ended(state, 'rejected');
    case 'ProposalWithdrawn':
      return ended(state, 'withdrawn');
    default:
      return unreachable(event);
  }
}

function ended(state: Proposal, status: 'rejected' | 'withdrawn'): Proposal {
  return state.status === 'unknown' ? state : { ...state, status };
}
