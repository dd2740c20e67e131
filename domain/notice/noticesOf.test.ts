import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { AnyEvent } from '../anyEvent.ts';
import { noticesOf } from './noticesOf.ts';
import { detailSchema } from './jsonSchema.ts';
import { noticeTypeOf, noticeTypes, noticeUri, vocabulary, type NoticeType } from './vocabulary.ts';

const why = { reason: 'court-order' } as const;
const values = { schema: 1, class: 'contact' };
const period = { validFrom: '2026-03-01T00:00:00.000Z', validUntil: '2027-03-01T00:00:00.000Z' };

// What each fact is told as; a type of notice that no fact here gives rise to fails below.
const said: readonly (readonly [AnyEvent, readonly NoticeType[]])[] = [
  [{ type: 'IdentityRegistered', data: values }, ['identity.created', 'number.issued']],
  [{ type: 'AttributesRecorded', data: values }, ['identity.updated']],
  [{ type: 'AttributesCorrected', data: { ...values, ...why } }, ['identity.updated']],
  [{ type: 'IdentitySuspended', data: why }, ['identity.suspended']],
  [{ type: 'IdentityReinstated', data: why }, ['identity.reinstated']],
  [{ type: 'IdentityDeactivated', data: why }, ['identity.deactivated', 'number.revoked']],
  [{ type: 'DeathRecorded', data: why }, ['identity.deceased', 'number.revoked']],
  [{ type: 'IdentityMerged', data: { into: 'other', ...why } }, ['identity.merged', 'number.revoked']],
  [{ type: 'IdentitySplit', data: why }, ['identity.split', 'number.issued']],
  [{ type: 'IdentityErased', data: { proposals: ['p1'], ...why } }, ['identity.erased', 'number.revoked']],
  [{ type: 'ConsentGiven', data: period }, ['consent.given']],
  [{ type: 'ConsentWithdrawn', data: {} }, ['consent.withdrawn']],
  [{ type: 'ConsentExpired', data: {} }, ['consent.expired']],
  [{ type: 'ConsentErased', data: why }, []],
  [{ type: 'RelyingPartyApproved', data: {} }, ['party.approved']],
  [{ type: 'RelyingPartySuspended', data: why }, ['party.suspended']],
  [{ type: 'PersonKeyBound', data: { key: 'k' } }, []],
];
const aliases = { issued: ['email', 'phone'], replaced: ['email'] };
const everything = [
  ...said.flatMap(([event]) => noticesOf(event)),
  ...noticesOf({ type: 'AttributesRecorded', data: values }, aliases),
];

describe('a fact', () => {
  it.each(said)('%j is told as %j', (event, types) => {
    expect(noticesOf(event).map(({ type }) => type)).toEqual(types);
  });

  it('with handles among its values tells which aliases came and went', () => {
    const event: AnyEvent = { type: 'AttributesCorrected', data: { ...values, ...why } };
    expect(noticesOf(event, aliases).slice(1)).toEqual([
      { type: 'alias.revoked', detail: { attribute: 'email' } },
      { type: 'alias.issued', detail: { attribute: 'email' } },
      { type: 'alias.issued', detail: { attribute: 'phone' } },
    ]);
  });
});

describe('the vocabulary', () => {
  it('has no notice that nothing gives rise to', () => {
    expect(new Set(everything.map(({ type }) => type))).toEqual(new Set(noticeTypes));
  });

  it.each(noticeTypes)('%s has details of its JSON Schema, and lets nothing else in', (type) => {
    const ajv = new Ajv2020({ strict: true, allErrors: true });
    addFormats.default(ajv);
    const isValid = ajv.compile(detailSchema(type));
    const details = everything.filter((notice) => notice.type === type).map(({ detail }) => detail);
    for (const detail of details) {
      expect([isValid(detail), isValid.errors]).toEqual([true, null]);
      expect(vocabulary[type].detail.safeParse(detail).success).toBe(true);
      expect(isValid({ ...detail, name: 'Ada' })).toBe(false);
    }
  });

  it('has a name with a version for every type, and knows no others', () => {
    for (const type of noticeTypes) expect(noticeTypeOf(noticeUri(type))).toBe(type);
    expect(noticeUri('identity.deceased')).toBe('urn:plinth:notice:identity.deceased:1');
    expect(noticeTypeOf('urn:plinth:notice:identity.deceased:2')).toBeUndefined();
    expect(noticeTypeOf('identity.deceased')).toBeUndefined();
  });
});
