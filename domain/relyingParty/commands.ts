import * as z from 'zod';
import { OpaqueId } from '../envelope.ts';
import { NameByLanguage } from '../names.ts';
import { PublicKey } from '../publicKey.ts';
import { Purpose } from '../purpose.ts';
import { Reason } from '../reasons.ts';

const attributes = z.array(z.string().min(1).max(64)).min(1).max(64);

export const RegisterRelyingParty = z.strictObject({
  type: z.literal('RegisterRelyingParty'),
  data: z.strictObject({
    name: NameByLanguage,
    keys: z.array(PublicKey).min(1).max(8),
    intendedUses: z
      .array(z.strictObject({ purpose: Purpose, attributes }))
      .min(1)
      .max(16),
  }),
});
export type RegisterRelyingParty = z.infer<typeof RegisterRelyingParty>;

/** Also lifts a suspension. */
export const ApproveRelyingParty = z.strictObject({ type: z.literal('ApproveRelyingParty'), data: z.strictObject({}) });
export type ApproveRelyingParty = z.infer<typeof ApproveRelyingParty>;

export const SuspendRelyingParty = z.strictObject({
  type: z.literal('SuspendRelyingParty'),
  data: z.strictObject({ reason: Reason }),
});
export type SuspendRelyingParty = z.infer<typeof SuspendRelyingParty>;

export const AssignSharingPolicy = z.strictObject({
  type: z.literal('AssignSharingPolicy'),
  data: z.strictObject({ policy: OpaqueId }),
});
export type AssignSharingPolicy = z.infer<typeof AssignSharingPolicy>;

export type RelyingPartyCommand =
  RegisterRelyingParty | ApproveRelyingParty | SuspendRelyingParty | AssignSharingPolicy;
