import fc from 'fast-check';
import type { NewFact } from './registryFacts.ts';
import { recorded, registered } from './samples.ts';

/** Blocks of facts, as agencies with different clocks might record them; `name` keeps the streams of one history apart. */
export type History = readonly (readonly NewFact[])[];

const reason = 'court-order';
const key = { kty: 'OKP', crv: 'Ed25519', x: 'x'.repeat(43) };
const start = Date.parse('2026-01-01T00:00:00.000Z');

/** Ids of one history's streams. */
export function idsOf(name: string): readonly string[] {
  return ['a', 'b', 'c'].map((id) => `${name}-${id}`);
}

/** A history of up to twelve blocks about three people, parties, policies and agencies, in no order that makes sense. */
export function histories(name: string): fc.Arbitrary<History> {
  const fact = fc.constantFrom(...idsOf(name)).chain((id) => fc.oneof(...factsAbout(id)));
  const dated = fc
    .tuple(fact, fc.integer({ min: 0, max: 200 }))
    .map(([made, hours]) => ({ ...made, at: new Date(start + hours * 3_600_000).toISOString() }));
  return fc.array(fc.array(dated, { maxLength: 5 }), { minLength: 1, maxLength: 12 });
}

function factsAbout(id: string): fc.Arbitrary<NewFact>[] {
  return [
    fc.string({ maxLength: 5 }).map((dateOfBirth) => registered(id, { dateOfBirth })),
    fc
      .tuple(
        fc.string({ maxLength: 5 }),
        fc.constantFrom('AttributesRecorded' as const, 'AttributesCorrected' as const),
      )
      .map(([phone, type]) => recorded(id, type, { class: 'contact', values: { phone } })),
    plain(`identity-${id}`, ['IdentitySuspended', 'IdentityReinstated', 'IdentityDeactivated', 'DeathRecorded'], {
      reason,
    }),
    plain(`identity-${id}`, ['IdentityMerged'], { into: 'another', reason }),
    plain(`identity-${id}`, ['IdentitySplit'], { reason }),
    plain(`relyingParty-${id}`, ['RelyingPartyRegistered'], { name: { eng: id }, keys: [key], intendedUses: [] }),
    plain(`relyingParty-${id}`, ['RelyingPartyApproved', 'RelyingPartySuspended'], {}),
    plain(`relyingParty-${id}`, ['SharingPolicyAssigned'], { policy: 'health' }),
    plain(`sharingPolicy-${id}`, ['SharingPolicyPublished'], { name: { eng: id }, rules: [], matching: [] }),
    plain(`sharingPolicy-${id}`, ['SharingPolicyRetired'], { reason }),
    plain(`agency-${id}`, ['AgencyAdmitted'], admission),
    plain(`agency-${id}`, ['OfficerAdded'], {
      officer: 'o2',
      key,
      roles: ['auditor'],
      validFrom: '2026-01-01T00:00:00.000Z',
    }),
    plain(`agency-${id}`, ['OfficerRemoved'], { officer: 'o1', reason }),
    plain(`agency-${id}`, ['AgencyRemoved'], { reason }),
    plain(`consent-${id}`, ['ConsentWithdrawn'], {}),
    fc.constant(consentOf(id)),
  ];
}

const admission = {
  name: { eng: 'Agency' },
  transportKey: { epoch: 1, key: 'k' },
  administrator: { officer: 'o1', key, roles: ['administrator'], validFrom: '2026-01-01T00:00:00.000Z' },
};

function plain(stream: string, types: readonly string[], data: object): fc.Arbitrary<NewFact> {
  return fc.constantFrom(...types).map((type) => ({ stream, fact: { type, data } }));
}

function consentOf(id: string): NewFact {
  const period = { validFrom: '2026-01-01T00:00:00.000Z', validUntil: '2027-01-01T00:00:00.000Z' };
  const claims = [{ attribute: 'dateOfBirth', essential: true, accepted: true }];
  const terms = { party: 'clinic', purpose: 'AgeVerification', claims, ...period };
  return {
    stream: `consent-${id}`,
    fact: { type: 'ConsentGiven', data: period },
    sealed: { class: 'consent', values: { subject: id, terms } },
  };
}
