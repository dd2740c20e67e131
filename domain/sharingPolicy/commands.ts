import * as z from 'zod';
import { Purpose } from '../purpose.ts';
import { Reason } from '../reasons.ts';

const attributes = z.array(z.string().min(1).max(64)).max(64);

/** Publishes the policy, or its next version: the newest one counts. */
export const PublishSharingPolicy = z.strictObject({
  type: z.literal('PublishSharingPolicy'),
  data: z.strictObject({
    name: z.record(z.string().regex(/^[a-z]{3}$/), z.string().min(1).max(200)),
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
