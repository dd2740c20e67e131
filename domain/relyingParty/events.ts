import type { Purpose } from '../purpose.ts';
import type { Reason } from '../reasons.ts';
import type { PublicKey } from '../publicKey.ts';

/** Attributes that a party has registered to use for a purpose. */
export type IntendedUse = { readonly purpose: Purpose; readonly attributes: readonly string[] };

export type RelyingPartyRegistered = {
  readonly type: 'RelyingPartyRegistered';
  /** `name` by language (ISO 639-2); `keys` sign the party's client assertions (private_key_jwt). */
  readonly data: {
    readonly name: Readonly<Record<string, string>>;
    readonly keys: readonly PublicKey[];
    readonly intendedUses: readonly IntendedUse[];
  };
};
export type RelyingPartyApproved = { readonly type: 'RelyingPartyApproved'; readonly data: Record<string, never> };
export type RelyingPartySuspended = {
  readonly type: 'RelyingPartySuspended';
  readonly data: { readonly reason: Reason };
};
export type SharingPolicyAssigned = {
  readonly type: 'SharingPolicyAssigned';
  readonly data: { readonly policy: string };
};

export type RelyingPartyEvent =
  RelyingPartyRegistered | RelyingPartyApproved | RelyingPartySuspended | SharingPolicyAssigned;
