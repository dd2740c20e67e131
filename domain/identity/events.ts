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

export type IdentityEvent =
  | IdentityRegistered
  | AttributesRecorded
  | AttributesCorrected
  | IdentitySuspended
  | IdentityReinstated
  | IdentityDeactivated
  | DeathRecorded;
