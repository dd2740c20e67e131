import * as z from 'zod';
import { NameByLanguage } from '../names.ts';
import { Purpose } from '../purpose.ts';
import { Reason } from '../reasons.ts';

const attributes = z.array(z.string().min(1).max(64)).max(64);

/** Publishes the policy, or its next version: the newest one counts. */
export const PublishSharingPolicy = z.strictObject({
  type: z.literal('PublishSharingPolicy'),
  data: z.strictObject({
    name: NameByLanguage,
    rules: z.array(z.strictObject({ purpose: Purpose, attributes: attributes.min(1) })).max(16),
    matching: attributes,
  }),
});
export type PublishSharingPolicy = z.infer<typeof PublishSharingPolicy>;

export const RetireSharingPolicy = z.strictObject({
  type: z.literal('RetireSharingPolicy'),
  data: z.strictObject({ reason: Reason }),
});
export type RetireSharingPolicy = z.infer<typeof RetireSharingPolicy>;

export type SharingPolicyCommand = PublishSharingPolicy | RetireSharingPolicy;
