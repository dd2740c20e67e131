import type { ConsentTerms } from '#domain/consent/terms.ts';
import type { Consent } from '#projections/models/consents.ts';
import { giveConsent, withdrawConsent } from '../release/consents.ts';
import { Refused } from '../refused.ts';
import type { Builder } from './builder.ts';
import type { Words } from './country.ts';
import type { ReceiptRef } from './receipt.ts';

/** Adds a consent as its person sees it. */
export function addConsent(builder: Builder, words: Words) {
  const claim = builder.objectRef<ConsentTerms['claims'][number]>('ConsentClaim').implement({
    description: 'One attribute of a consent.',
    fields: (t) => ({
      attribute: t.exposeString('attribute'),
      essential: t.exposeBoolean('essential'),
      accepted: t.exposeBoolean('accepted'),
    }),
  });
  return builder.objectRef<Consent>('Consent').implement({
    description: 'What a person said yes to.',
    fields: (t) => ({
      id: t.exposeID('consent'),
      status: t.exposeString('status', {
        description: 'given, withdrawn or expired; it counts within its period only.',
      }),
      party: t.id({ resolve: ({ terms }) => terms.party }),
      purpose: t.field({ type: words.purpose, resolve: ({ terms }) => terms.purpose }),
      claims: t.field({ type: [claim], resolve: ({ terms }) => [...terms.claims] }),
      givenAt: t.expose('givenAt', { type: 'Instant' }),
      validFrom: t.expose('validFrom', { type: 'Instant' }),
      validUntil: t.expose('validUntil', { type: 'Instant' }),
    }),
  });
}

/** The type `Consent` of the schema. */
export type ConsentRef = ReturnType<typeof addConsent>;

/** Lets people give and withdraw their consent. */
export function addConsentCommands(builder: Builder, words: Words, receipt: ReceiptRef): void {
  const claim = builder.inputType('ConsentClaimInput', {
    description: 'An attribute, and whether it may be released.',
    fields: (t) => ({
      attribute: t.field({ type: words.attribute, required: true }),
      essential: t.boolean({ required: true, defaultValue: false }),
      accepted: t.boolean({ required: true }),
    }),
  });
  builder.mutationFields((t) => ({
    giveConsent: t.withAuth({ resident: true }).field({
      type: receipt,
      description: 'Says yes to one party for one purpose, attribute by attribute.',
      errors: { types: [Refused] },
      args: {
        party: t.arg.id({ required: true }),
        purpose: t.arg({ type: words.purpose, required: true }),
        claims: t.arg({ type: [claim], required: true }),
        validFrom: t.arg({ type: 'Instant', description: 'By default now.' }),
        validUntil: t.arg({ type: 'Instant', required: true }),
      },
      resolve: (_root, { validFrom, ...terms }, context) =>
        giveConsent(context, context.caller.identity, { ...terms, validFrom: validFrom ?? new Date().toISOString() }),
    }),
    withdrawConsent: t.withAuth({ resident: true }).field({
      type: receipt,
      description: 'When this answers, nothing is released under the consent any more.',
      errors: { types: [Refused] },
      args: { id: t.arg.id({ required: true }) },
      resolve: (_root, { id }, context) => withdrawConsent(context, context.caller.identity, id),
    }),
  }));
}
