import * as z from 'zod';
import { Instant } from '../envelope.ts';

/** A person's yes to one party for one purpose. The private values are `subject` (the identity's id) and `terms`. */
export const GiveConsent = z.strictObject({
  type: z.literal('GiveConsent'),
  data: z.strictObject({ validFrom: Instant, validUntil: Instant }),
});
export type GiveConsent = z.infer<typeof GiveConsent>;

export const WithdrawConsent = z.strictObject({ type: z.literal('WithdrawConsent'), data: z.strictObject({}) });
export type WithdrawConsent = z.infer<typeof WithdrawConsent>;

export type ConsentCommand = GiveConsent | WithdrawConsent;
