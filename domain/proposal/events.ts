import type { ProposedOrder } from '../approval.ts';
import type { Reason } from '../reasons.ts';

// Who proposed and who approved stands in the envelope. That it was carried out stands in the envelope of what came of it.
export type ChangeProposed = {
  readonly type: 'ChangeProposed';
  readonly data: { readonly order: ProposedOrder; readonly validUntil: string };
};
/** `order`: digest of the order that was agreed to. */
export type ProposalApproved = { readonly type: 'ProposalApproved'; readonly data: { readonly order: string } };
type ProposalRejected = { readonly type: 'ProposalRejected'; readonly data: { readonly reason: Reason } };
type ProposalWithdrawn = { readonly type: 'ProposalWithdrawn'; readonly data: { readonly reason: Reason } };

export type ProposalEvent = ChangeProposed | ProposalApproved | ProposalRejected | ProposalWithdrawn;
