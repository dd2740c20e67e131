import type { Reason } from '../reasons.ts';

// Terms and person are sealed: on the ledger a consent is a commitment to its subject, a digest of its terms and a period.
export type ConsentGiven = {
  readonly type: 'ConsentGiven';
  /** ISO 8601; from `validFrom` on, before `validUntil`. The envelope's digests are those of `subject` and `terms`. */
  readonly data: { readonly validFrom: string; readonly validUntil: string };
};
export type ConsentWithdrawn = { readonly type: 'ConsentWithdrawn'; readonly data: Record<string, never> };
/** The period is over. What counts at an answer is the period itself, whether or not this stands on the ledger yet. */
export type ConsentExpired = { readonly type: 'ConsentExpired'; readonly data: Record<string, never> };
export type ConsentErased = { readonly type: 'ConsentErased'; readonly data: { readonly reason: Reason } };

export type ConsentEvent = ConsentGiven | ConsentWithdrawn | ConsentExpired | ConsentErased;
