import type { PublicKey } from '../publicKey.ts';
import type { Reason } from '../reasons.ts';
import type { Role } from './roles.ts';

/** An officer is an opaque id with a key and roles; who it is, is in the agency's own files. */
export type Officer = {
  readonly officer: string;
  readonly key: PublicKey;
  readonly roles: readonly Role[];
  /** ISO 8601: the officer may act from then on, and before `validUntil` where given. */
  readonly validFrom: string;
  readonly validUntil?: string;
};

export type AgencyAdmitted = {
  readonly type: 'AgencyAdmitted';
  /** `transportKey`: X25519 public key (base64url) of epoch `epoch`, under which private values are sealed for this agency. */
  readonly data: {
    readonly name: Readonly<Record<string, string>>;
    readonly transportKey: { readonly epoch: number; readonly key: string };
    /** Ed25519 public key (raw, base64url) that signs checkpoints and cosignatures for this agency. */
    readonly logKey?: string | undefined;
    /** Signs the answers of the agency's node: with it on the ledger, an answer convicts whoever denies it. */
    readonly nodeKey?: PublicKey | undefined;
    readonly administrator: Officer;
  };
};
export type OfficerAdded = { readonly type: 'OfficerAdded'; readonly data: Officer };
export type OfficerRemoved = {
  readonly type: 'OfficerRemoved';
  readonly data: { readonly officer: string; readonly reason: Reason };
};
export type TransportKeyRotated = {
  readonly type: 'TransportKeyRotated';
  readonly data: { readonly epoch: number; readonly key: string };
};
export type LogKeyRotated = { readonly type: 'LogKeyRotated'; readonly data: { readonly key: string } };
type NodeKeyRotated = { readonly type: 'NodeKeyRotated'; readonly data: { readonly key: PublicKey } };
/** Two agencies agreed that members of the class may hand this agency the keys of older values. */
type KeyHandOverAgreed = { readonly type: 'KeyHandOverAgreed'; readonly data: { readonly class: string } };
export type AgencyRemoved = { readonly type: 'AgencyRemoved'; readonly data: { readonly reason: Reason } };

export type AgencyEvent =
  | AgencyAdmitted
  | OfficerAdded
  | OfficerRemoved
  | TransportKeyRotated
  | LogKeyRotated
  | NodeKeyRotated
  | KeyHandOverAgreed
  | AgencyRemoved;
