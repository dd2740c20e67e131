import type { Reason } from '../reasons.ts';

// What has happened to an identity. Never edited once released; a new meaning is a new type.
// The values themselves are sealed beside the event; the envelope names their class and digests.
export type IdentityRegistered = {
  readonly type: 'IdentityRegistered';
  readonly data: { readonly schema: number; readonly class: string };
};
export type AttributesRecorded = {
  readonly type: 'AttributesRecorded';
  readonly data: { readonly schema: number; readonly class: string };
};
export type AttributesCorrected = {
  readonly type: 'AttributesCorrected';
  readonly data: { readonly schema: number; readonly class: string; readonly reason: Reason };
};
export type IdentitySuspended = { readonly type: 'IdentitySuspended'; readonly data: { readonly reason: Reason } };
export type IdentityReinstated = { readonly type: 'IdentityReinstated'; readonly data: { readonly reason: Reason } };
export type IdentityDeactivated = { readonly type: 'IdentityDeactivated'; readonly data: { readonly reason: Reason } };
export type DeathRecorded = { readonly type: 'DeathRecorded'; readonly data: { readonly reason: Reason } };
/** `into`: id of the identity that goes on for both. */
export type IdentityMerged = {
  readonly type: 'IdentityMerged';
  readonly data: { readonly into: string; readonly reason: Reason };
};
export type IdentitySplit = { readonly type: 'IdentitySplit'; readonly data: { readonly reason: Reason } };
/** No private value of the identity is left; `proposals` are those whose private values went with it. */
export type IdentityErased = {
  readonly type: 'IdentityErased';
  readonly data: { readonly reason: Reason; readonly proposals: readonly string[] };
};
/** `key`: a commitment (base64url SHA-256) to the key, never the key. */
export type PersonKeyBound = { readonly type: 'PersonKeyBound'; readonly data: { readonly key: string } };
export type PersonKeyRecovered = {
  readonly type: 'PersonKeyRecovered';
  readonly data: { readonly key: string; readonly reason: Reason };
};

export type IdentityEvent =
  | IdentityRegistered
  | AttributesRecorded
  | AttributesCorrected
  | IdentitySuspended
  | IdentityReinstated
  | IdentityDeactivated
  | DeathRecorded
  | IdentityMerged
  | IdentitySplit
  | IdentityErased
  | PersonKeyBound
  | PersonKeyRecovered;
