import * as z from 'zod';
import { Digest, OpaqueId } from '../envelope.ts';
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

/** This record and another are of one person: it ends, and `into` (an identity's id) goes on. */
export const MergeIdentity = z.strictObject({
  type: z.literal('MergeIdentity'),
  data: z.strictObject({ into: OpaqueId, reason: Reason }),
});
export type MergeIdentity = z.infer<typeof MergeIdentity>;

/** Undoes a merge: two people had been taken for one. */
export const SplitIdentity = z.strictObject({ type: z.literal('SplitIdentity'), data: reason });
export type SplitIdentity = z.infer<typeof SplitIdentity>;

/** The person is forgotten: every private value is purged, those beside these proposals about the identity too. */
export const EraseIdentity = z.strictObject({
  type: z.literal('EraseIdentity'),
  data: z.strictObject({ reason: Reason, proposals: z.array(OpaqueId).max(64) }),
});
export type EraseIdentity = z.infer<typeof EraseIdentity>;

/** Names the key by which the person will sign: a commitment, since the key itself would join the person's signatures. */
export const BindPersonKey = z.strictObject({
  type: z.literal('BindPersonKey'),
  data: z.strictObject({ key: Digest }),
});
export type BindPersonKey = z.infer<typeof BindPersonKey>;

/** Replaces a key that the person has lost. */
export const RecoverPersonKey = z.strictObject({
  type: z.literal('RecoverPersonKey'),
  data: z.strictObject({ key: Digest, reason: Reason }),
});
export type RecoverPersonKey = z.infer<typeof RecoverPersonKey>;

export type IdentityCommand =
  | RegisterIdentity
  | RecordAttributes
  | CorrectAttributes
  | SuspendIdentity
  | ReinstateIdentity
  | DeactivateIdentity
  | RecordDeath
  | MergeIdentity
  | SplitIdentity
  | EraseIdentity
  | BindPersonKey
  | RecoverPersonKey;
