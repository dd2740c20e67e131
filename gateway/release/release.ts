/** One attribute that a party asks for; without an essential one it cannot serve at all. */
export type Claim = { readonly attribute: string; readonly essential: boolean };

/** What a live consent says about each attribute it names; the newest consent comes first. */
type LiveConsent = { readonly claims: readonly { readonly attribute: string; readonly accepted: boolean }[] };

/** Why an attribute does not leave; the first that applies, in this order, is the one given. */
export const withheldReasons = [
  'NOT_IN_POLICY',
  'NOT_IN_INTENDED_USE',
  'REFUSED',
  'NOT_IN_CONSENT',
  'NOT_HELD',
] as const;
type WithheldReason = (typeof withheldReasons)[number];

/** An attribute that was asked for and does not leave. */
export type Withheld = { readonly attribute: string; readonly reason: WithheldReason };

/** Everything the decision depends on, for one person, one party and one purpose. */
export type ReleaseRequest = {
  readonly claims: readonly Claim[];
  /** Attributes that the party's policy lets out for the purpose. */
  readonly policy: ReadonlySet<string>;
  /** Attributes that the party registered to use for the purpose. */
  readonly intendedUse: ReadonlySet<string>;
  readonly consents: readonly LiveConsent[];
  /** Attributes that the registry has values of. */
  readonly held: ReadonlySet<string>;
};

/** `refused`: an essential attribute is withheld, so nothing is released. */
export type Release = {
  readonly refused: boolean;
  readonly released: readonly string[];
  readonly withheld: readonly Withheld[];
};

/** The rule: released = requested ∩ policy ∩ registered intended use ∩ accepted by a live consent, as far as it is held. */
export function decideRelease(request: ReleaseRequest): Release {
  const attributes = [...new Set(request.claims.map(({ attribute }) => attribute))];
  const withheld = attributes.flatMap((attribute): Withheld[] => {
    const reason = whyWithheld(attribute, request);
    return reason === undefined ? [] : [{ attribute, reason }];
  });
  const kept = new Set(withheld.map(({ attribute }) => attribute));
  const refused = request.claims.some(({ attribute, essential }) => essential && kept.has(attribute));
  return { refused, released: refused ? [] : attributes.filter((attribute) => !kept.has(attribute)), withheld };
}

// NOT_HELD comes last: whether a value exists is told only where the value itself could have been.
function whyWithheld(attribute: string, request: ReleaseRequest): WithheldReason | undefined {
  if (!request.policy.has(attribute)) return 'NOT_IN_POLICY';
  if (!request.intendedUse.has(attribute)) return 'NOT_IN_INTENDED_USE';
  const decision = latestDecision(attribute, request.consents);
  if (decision === undefined) return 'NOT_IN_CONSENT';
  if (!decision) return 'REFUSED';
  return request.held.has(attribute) ? undefined : 'NOT_HELD';
}

// The newest consent that names an attribute decides about it: a later no is not overruled by an earlier yes.
function latestDecision(attribute: string, consents: readonly LiveConsent[]): boolean | undefined {
  for (const { claims } of consents) {
    const named = claims.filter((claim) => claim.attribute === attribute);
    if (named.length > 0) return named.every(({ accepted }) => accepted);
  }
  return undefined;
}
