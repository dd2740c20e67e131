import * as z from 'zod';
import { Reason } from '../reasons.ts';

const reason = z.strictObject({ reason: Reason });
const schema = z.int().min(1);

/** A person enters the registry. The private values are the attributes of class `identification`, the number and the enrolment id. */
export const RegisterIdentity = z.strictObject({
  type: z.literal('RegisterIdentity'),
  data: z.strictObject({ schema }),
});
export type RegisterIdentity = z.infer<typeof RegisterIdentity>;

/** First values of a further attribute class (contact, biometric reference…). */
export const RecordAttributes = z.strictObject({
  type: z.literal('RecordAttributes'),
  data: z.strictObject({ schema }),
});
export type RecordAttributes = z.infer<typeof RecordAttributes>;

/** New values for attributes of a class that has been recorded; attributes that are not named keep their value. */
export const CorrectAttributes = z.strictObject({
  type: z.literal('CorrectAttributes'),
  data: z.strictObject({ schema, reason: Reason }),
});
export type CorrectAttributes = z.infer<typeof CorrectAttributes>;

export const SuspendIdentity = z.strictObject({ type: z.literal('SuspendIdentity'), data: reason });
export type SuspendIdentity = z.infer<typeof SuspendIdentity>;

export const ReinstateIdentity = z.strictObject({ type: z.literal('ReinstateIdentity'), data: reason });
export type ReinstateIdentity = z.infer<typeof ReinstateIdentity>;

export const DeactivateIdentity = z.strictObject({ type: z.literal('DeactivateIdentity'), data: reason });
export type DeactivateIdentity = z.infer<typeof DeactivateIdentity>;

export const RecordDeath = z.strictObject({ type: z.literal('RecordDeath'), data: reason });
export type RecordDeath = z.infer<typeof RecordDeath>;

export type IdentityCommand =
  | RegisterIdentity
  | RecordAttributes
  | CorrectAttributes
  | SuspendIdentity
  | ReinstateIdentity
  | DeactivateIdentity
  | RecordDeath;
