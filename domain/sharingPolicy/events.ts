import type { Purpose } from '../purpose.ts';
import type { Reason } from '../reasons.ts';

/** Attributes that the policy lets out for a purpose. */
export type PolicyRule = { readonly purpose: Purpose; readonly attributes: readonly string[] };

export type SharingPolicyPublished = {
  readonly type: 'SharingPolicyPublished';
  /** `rules`: what may be released; `matching`: attributes that a demographic authentication may ask about. */
  readonly data: {
    readonly name: Readonly<Record<string, string>>;
    readonly rules: readonly PolicyRule[];
    readonly matching: readonly string[];
  };
};
export type SharingPolicyRetired = {
  readonly type: 'SharingPolicyRetired';
  readonly data: { readonly reason: Reason };
};

export type SharingPolicyEvent = SharingPolicyPublished | SharingPolicyRetired;
