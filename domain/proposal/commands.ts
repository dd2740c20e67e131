import * as z from 'zod';
import { Digest, Instant, SealedReference, StreamName } from '../envelope.ts';
import { Reason } from '../reasons.ts';

/** Asks a second agency to agree to an order. Private values of the order travel, sealed, beside the proposal. */
export const Propose = z.strictObject({
  type: z.literal('Propose'),
  data: z.strictObject({
    order: z.strictObject({
      stream: StreamName,
      type: z.string().regex(/^[A-Z][A-Za-z]{2,63}$/),
      data: z.record(z.string(), z.unknown()),
      sealed: SealedReference.optional(),
    }),
    /** Until then it can be approved and carried out. */
    validUntil: Instant,
  }),
});
export type Propose = z.infer<typeof Propose>;

/**
 * Agrees. `order` is the digest of the order (`orderDigest`): an officer signs what is to be done, not the name of a proposal
 * of which a dishonest node could have shown something else.
 */
export const ApproveProposal = z.strictObject({
  type: z.literal('ApproveProposal'),
  data: z.strictObject({ order: Digest }),
});
export type ApproveProposal = z.infer<typeof ApproveProposal>;

export const RejectProposal = z.strictObject({
  type: z.literal('RejectProposal'),
  data: z.strictObject({ reason: Reason }),
});
export type RejectProposal = z.infer<typeof RejectProposal>;

export const WithdrawProposal = z.strictObject({
  type: z.literal('WithdrawProposal'),
  data: z.strictObject({ reason: Reason }),
});
export type WithdrawProposal = z.infer<typeof WithdrawProposal>;

export type ProposalCommand = Propose | ApproveProposal | RejectProposal | WithdrawProposal;
