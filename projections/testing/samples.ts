import { schemaStream, type IdentitySchema } from '#domain/identitySchema/events.ts';
import type { NewFact } from './registryFacts.ts';

const members = ['civil-registry', 'election-office', 'social-protection'];
const single = { multilingual: false, handle: false };

/** A small country: a number, a name in two languages, a date of birth, an e-mail address by which one is found. */
export const sampleSchema: IdentitySchema = {
  version: 1,
  fields: [
    { ...single, name: 'identityNumber', class: 'identification' },
    { ...single, name: 'fullName', class: 'identification', multilingual: true },
    { ...single, name: 'dateOfBirth', class: 'identification' },
    { ...single, name: 'email', class: 'contact', handle: true },
    { ...single, name: 'phone', class: 'contact' },
    { ...single, name: 'face', class: 'biometric-reference' },
  ],
  classes: {
    identification: { members },
    contact: { members },
    'biometric-reference': { members },
    consent: { members },
  },
  languages: ['eng', 'fra'],
  number: {
    attribute: 'identityNumber',
    length: 10,
    notStartingWith: ['0', '1'],
    sequenceLimit: 3,
    repeatingLimit: 2,
    repeatingBlockLimit: 2,
    evenRunLimit: 3,
    mirrorLength: 5,
    restricted: [],
    refuseCyclic: true,
  },
  source: 'A'.repeat(43),
};

export function schemaPublished(): NewFact {
  return { stream: schemaStream, fact: { type: 'IdentitySchemaPublished', data: sampleSchema } };
}

/** A person enters the registry; `values` come beside number and enrolment. */
export function registered(id: string, values: Readonly<Record<string, unknown>> = {}): NewFact {
  return {
    stream: `identity-${id}`,
    fact: { type: 'IdentityRegistered', data: { schema: 1, class: 'identification' } },
    sealed: {
      class: 'identification',
      values: { identityNumber: `number of ${id}`, enrolmentId: `rec-${id}`, ...values },
    },
  };
}

/** First or new values of a further class. */
export function recorded(
  id: string,
  type: 'AttributesRecorded' | 'AttributesCorrected',
  sealed: NonNullable<NewFact['sealed']>,
): NewFact {
  return { stream: `identity-${id}`, fact: { type, data: { schema: 1, class: sealed.class } }, sealed };
}

/** A relying party comes in and is approved. */
export function approved(party: string): readonly NewFact[] {
  const stream = `relyingParty-${party}`;
  const data = { name: { eng: party }, keys: [], intendedUses: [] };
  return [
    { stream, fact: { type: 'RelyingPartyRegistered', data } },
    { stream, fact: { type: 'RelyingPartyApproved', data: {} } },
  ];
}

/** Somebody lets a party see the e-mail address, for ten years. */
export function agreed(consent: string, subject: string, party: string): NewFact {
  const [validFrom, validUntil] = ['2026-01-01T00:00:00.000Z', '2036-01-01T00:00:00.000Z'];
  const claims = [{ attribute: 'email', essential: true, accepted: true }];
  const terms = { party, purpose: 'ServiceProvision', claims, validFrom, validUntil };
  return {
    stream: `consent-${consent}`,
    fact: { type: 'ConsentGiven', data: { validFrom, validUntil } },
    sealed: { class: 'consent', values: { subject, terms } },
  };
}
