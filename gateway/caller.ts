import type { RelyingParty } from '#projections/models/relyingParties.ts';

/** Who asks. What a token says is proved before one of these exists. */
export type Caller = ServiceCaller | ResidentCaller | OfficerCaller | AuditorCaller;

/** An approved relying party, as it is at this request. */
export type ServiceCaller = { readonly kind: 'service'; readonly party: RelyingParty };
/** A person, by the id of the identity (without the noun). */
export type ResidentCaller = { readonly kind: 'resident'; readonly identity: string };
/** An officer of an agency that this gateway serves; roles are looked up by the ledger, never taken from a token. */
export type OfficerCaller = { readonly kind: 'officer'; readonly agency: string; readonly officer: string };
/** Somebody who follows the ledger; no value is ever shown to one. */
export type AuditorCaller = { readonly kind: 'auditor'; readonly auditor: string };
