import type { JsonWebKey } from 'node:crypto';
import type { CarriedKey } from '#domain/seal/carriedKey.ts';

/** The keys of one node, wherever they are kept. Nothing that goes through here may be logged. */
export type Keystore = {
  readonly agency: string;
  /** The content key of a sealed entry, by the agency's transport key of its epoch. Throws when the entry was not sealed for it. */
  readonly unwrap: (entry: Uint8Array) => Uint8Array;
  /** Opens content keys that another agency wrapped for this one's transport key. Throws when the epoch is retired. */
  readonly receive: (handed: HandedOver) => (carried: CarriedKey) => Uint8Array;
  /** Wraps a content key under the node's own key; `place` (`stream version`) binds it to its entry. */
  readonly wrap: (contentKey: Uint8Array, place: string) => Uint8Array;
  /** Undoes `wrap`. Throws when key or place do not fit. */
  readonly open: (wrapped: Uint8Array, place: string) => Uint8Array;
  /** What everything begins with that is wrapped under the node's newest key. */
  readonly wrapMark: () => Uint8Array;
  /** What stands in a read model for a value by which something is found: HMAC-SHA-256 under a key derived for its kind. */
  readonly blindIndex: (kind: string, value: string) => string;
  /** The name by which one party knows one person, and nobody else does: HMAC-SHA-256 at full width. */
  readonly pairwise: (party: string, identity: string) => string;
  /** Private ES256 key (JWK with `kid`) that signs this node's answers and tokens. */
  readonly signingKey: SigningKey;
  /** Public half of the key before it, while things that it signed may still come to somebody; `until` says how long. */
  readonly formerSigningKey: FormerSigningKey | undefined;
};

/** A public ES256 key that signs nothing any more. */
type FormerSigningKey = {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly kid: string;
  /** ISO 8601. */
  readonly until: string;
};

/** What a hand-over was wrapped for and with; `errand` is bound into every wrap. */
type HandedOver = { readonly epoch: number; readonly ephemeral: string; readonly errand: string };

type SigningKey = JsonWebKey & { readonly kid: string; readonly alg: 'ES256' };
