import * as z from 'zod';
import { Instant } from '../envelope.ts';
import { Reason } from '../reasons.ts';

/** A person's yes to one party for one purpose. The private values are `subject` (the identity's id) and `terms`. */
export const GiveConsent = z.strictObject({
  type: z.literal('GiveConsent'),
  data: z.strictObject({ validFrom: Instant, validUntil: Instant }),
});
export type GiveConsent = z.infer<typeof GiveConsent>;

export const WithdrawConsent = z.strictObject({ type: z.literal('WithdrawConsent'), data: z.strictObject({}) });
export type WithdrawConsent = z.infer<typeof WithdrawConsent>;

/** Says that the period of a consent is over: whatever listens to the ledger learns of it like of a withdrawal. */
export const ExpireConsent = z.strictObject({ type: z.literal('ExpireConsent'), data: z.strictObject({}) });
export type ExpireConsent = z.infer<typeof ExpireConsent>;

/** Purges who consented to what, of a consent that counts no more. */
export const EraseConsent = z.strictObject({
  type: z.literal('EraseConsent'),
  data: z.strictObject({ reason: Reason }),
});
export type EraseConsent = z.infer<typeof EraseConsent>;

export type ConsentCommand = GiveConsent | WithdrawConsent | ExpireConsent | EraseConsent;
