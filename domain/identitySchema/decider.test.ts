import { describe, expect, it } from '@jest/globals';
import { agreed, given } from '#test/given.ts';
import { mosipRules } from '#test/numberRules.ts';
import { identitySchemaDecider, findNewestSchema, findSchema } from './decider.ts';
import type { IdentitySchema, IdentitySchemaEvent } from './events.ts';

const members = ['civil-registry', 'election-office'];
const schema: IdentitySchema = {
  version: 1,
  fields: [
    { name: 'identityNumber', class: 'identification', multilingual: false, handle: false },
    { name: 'proofOfException-1', class: 'contact', multilingual: false, handle: true },
  ],
  classes: { identification: { members }, contact: { members }, consent: { members } },
  languages: ['eng', 'fra'],
  number: mosipRules,
  source: 'A'.repeat(43),
};
const [number, proof] = schema.fields;

const publish = (change: object = {}): { type: string; data: object } => ({
  type: 'PublishIdentitySchema',
  data: { ...schema, ...change },
});
const published = (version: number): IdentitySchemaEvent => ({
  type: 'IdentitySchemaPublished',
  data: { ...schema, version },
});
const inCountry = { id: 'country', ...agreed };

describe('a country without a schema', () => {
  const none = given(identitySchemaDecider, []);

  it('publishes nothing by the word of one agency', () =>
    none.when(publish(), { id: 'country' }).refuses('ERR_APPROVAL_MISSING'));
  it('publishes its first version', () => none.when(publish(), inCountry).then([published(1)]));
  it('does not begin with the second', () =>
    none.when(publish({ version: 2 }), inCountry).refuses('ERR_SCHEMA_NOT_NEXT'));
  it('has one schema stream', () => none.when(publish(), { id: 'other' }).refuses('ERR_NOT_FOUND'));
  it('takes no private values with a schema', () =>
    none.when(publish(), { ...inCountry, sealedClass: 'contact' }).refuses('ERR_DISCLOSURE_MISMATCH'));
});

describe('a country with a schema', () => {
  const one = given(identitySchemaDecider, [published(1)]);

  it('publishes the next version', () => one.when(publish({ version: 2 }), inCountry).then([published(2)]));
  it.each([1, 3])('does not publish version %p after the first', (version) =>
    one.when(publish({ version }), inCountry).refuses('ERR_SCHEMA_NOT_NEXT'),
  );
});

describe('a schema', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['has the class identification', { classes: { consent: { members }, contact: { members } } }],
    ['has the class consent', { classes: { identification: { members }, contact: { members } } }],
    ['has two members in each class', { classes: { ...schema.classes, contact: { members: ['civil-registry'] } } }],
    [
      'has two different members in each class',
      { classes: { ...schema.classes, contact: { members: ['civil-registry', 'civil-registry'] } } },
    ],
    ['has each field in a class that exists', { fields: [number, { ...proof, class: 'school' }] }],
    ['has each field in a class of its own making', { fields: [number, { ...proof, class: 'constructor' }] }],
    ['keeps fields out of the class of consents', { fields: [number, { ...proof, class: 'consent' }] }],
    ['has no field twice', { fields: [number, proof, proof] }],
    ['has no field of a reserved name', { fields: [number, { ...proof, name: 'enrolmentId' }] }],
    ['has no field called as the day of effect is', { fields: [number, { ...proof, name: 'effectiveFrom' }] }],
    ['has no handle in several languages', { fields: [number, { ...proof, multilingual: true }] }],
    ['has a field for the number', { fields: [proof] }],
    ['has the number in class identification', { fields: [{ ...number, class: 'contact' }] }],
    ['has no number in several languages', { fields: [{ ...number, multilingual: true }] }],
    ['has no language twice', { languages: ['eng', 'eng'] }],
    ['has the shape of one', { languages: [] }],
  ];
  it.each(cases)('%s', (_, change) => {
    given(identitySchemaDecider, []).when(publish(change), inCountry).refuses('ERR_MALFORMED');
  });

  it('is published and nothing else', () =>
    given(identitySchemaDecider, []).when({ type: 'AddOfficer', data: {} }).refuses('ERR_UNKNOWN_COMMAND'));
});

describe('the schemas of a country', () => {
  const { evolve, initial } = identitySchemaDecider;
  const two = [1, 2].reduce(
    (state, version) => evolve(state, { ...published(version), version, by: { agency: 'a' } }),
    initial,
  );

  it('are found by version', () => {
    expect([0, 1, 2, 3].map((version) => findSchema(two, version)?.version)).toEqual([undefined, 1, 2, undefined]);
  });

  it('have the newest one in force', () => {
    expect(findNewestSchema(two)?.version).toBe(2);
    expect(findNewestSchema(initial)).toBeUndefined();
  });
});
