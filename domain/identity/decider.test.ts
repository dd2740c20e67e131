import { describe, it } from '@jest/globals';
import { agreed, given } from '#test/given.ts';
import { mosipRules } from '#test/numberRules.ts';
import type { Circumstances, OpenedValue } from '../decider.ts';
import type { IdentitySchema } from '../identitySchema/events.ts';
import { identityDecider } from './decider.ts';
import type { IdentityEvent } from './events.ts';

const schema: IdentitySchema = {
  version: 1,
  fields: [
    { name: 'identityNumber', class: 'identification', multilingual: false, handle: false },
    { name: 'fullName', class: 'identification', multilingual: true, handle: false },
    { name: 'nickname', class: 'identification', multilingual: false, handle: true },
    { name: 'email', class: 'contact', multilingual: false, handle: true },
    { name: 'address', class: 'contact', multilingual: false, handle: false },
  ],
  classes: {
    identification: { members: ['civil-registry', 'election-office'] },
    contact: { members: ['civil-registry', 'election-office'] },
    consent: { members: ['civil-registry', 'election-office'] },
  },
  languages: ['eng', 'fra'],
  number: mosipRules,
  source: 'A'.repeat(43),
};
const published = (version: number): IdentitySchema | undefined => (version === 1 ? schema : undefined);

const number: OpenedValue = { name: 'identityNumber', value: '5839204178' };
const enrolment: OpenedValue = { name: 'enrolmentId', value: 'rec-223-org' };
const fullName: OpenedValue = { name: 'fullName', value: [{ language: 'eng', value: 'Ada Roe' }] };

const register = { type: 'RegisterIdentity', data: { schema: 1 } };
const record = { type: 'RecordAttributes', data: { schema: 1 } };
const correct = { type: 'CorrectAttributes', data: { schema: 1, reason: 'clerical-error' } };
const suspend = { type: 'SuspendIdentity', data: { reason: 'suspected-fraud' } };
const reinstate = { type: 'ReinstateIdentity', data: { reason: 'review-closed' } };
const deactivate = { type: 'DeactivateIdentity', data: { reason: 'duplicate-record' } };
const recordDeath = { type: 'RecordDeath', data: { reason: 'death-certificate' } };

const registered: IdentityEvent = { type: 'IdentityRegistered', data: { schema: 1, class: 'identification' } };
const contactRecorded: IdentityEvent = { type: 'AttributesRecorded', data: { schema: 1, class: 'contact' } };
const suspended: IdentityEvent = { type: 'IdentitySuspended', data: { reason: 'suspected-fraud' } };
const reinstated: IdentityEvent = { type: 'IdentityReinstated', data: { reason: 'review-closed' } };
const deactivated: IdentityEvent = { type: 'IdentityDeactivated', data: { reason: 'duplicate-record' } };
const deceased: IdentityEvent = { type: 'DeathRecorded', data: { reason: 'death-certificate' } };

const carrying = (sealedClass: string, ...opened: readonly OpenedValue[]): Partial<Circumstances> => ({
  sealedClass,
  opened,
  schema: published,
});
const registration = carrying('identification', number, enrolment, fullName);
const contact = carrying('contact', { name: 'email', value: 'ada@example.org' });

describe('an identity that was never registered', () => {
  const unknown = given(identityDecider, []);

  it('is registered with its number, its enrolment and its attributes', () =>
    unknown.when(register, registration).then([registered]));

  it('claims its number, its enrolment and its handles for itself', () =>
    unknown.when(register, carrying('identification', number, enrolment, { name: 'nickname', value: ' ADA ' })).claims([
      { kind: 'number', value: '5839204178' },
      { kind: 'enrolment', value: 'rec-223-org' },
      { kind: 'handle-nickname', value: 'ada' },
    ]));

  it('is not registered without private values', () =>
    unknown.when(register, { schema: published }).refuses('ERR_DISCLOSURE_MISMATCH'));

  it('is not registered with values of another class', () =>
    unknown.when(register, contact).refuses('ERR_DISCLOSURE_MISMATCH'));

  it.each(['5839204175', '583920417', '583920417x', '1592637485', '1111111119', '', 5839204178])(
    'is not registered under %p, which is no number to be issued',
    (value) =>
      unknown
        .when(register, carrying('identification', { name: 'identityNumber', value }, enrolment))
        .refuses('ERR_NUMBER_INVALID'),
  );

  it('is not registered without a number', () =>
    unknown.when(register, carrying('identification', enrolment, fullName)).refuses('ERR_NUMBER_INVALID'));

  it('is not registered without an enrolment id', () =>
    unknown.when(register, carrying('identification', number, fullName)).refuses('ERR_MALFORMED'));

  it.each(['', 'a b', 'é', 'x'.repeat(65), 7, null])('is not registered under the enrolment id %p', (value) =>
    unknown.when(register, carrying('identification', number, { name: 'enrolmentId', value })).refuses('ERR_MALFORMED'),
  );

  it('is not registered with two enrolment ids', () =>
    unknown.when(register, carrying('identification', number, enrolment, enrolment)).refuses('ERR_MALFORMED'));

  it('is not registered with two numbers', () =>
    unknown.when(register, carrying('identification', number, number, enrolment)).refuses('ERR_ATTRIBUTE_REPEATED'));

  it.each([record, correct, suspend, reinstate, deactivate, recordDeath])('cannot take $type', (order) =>
    unknown.when(order, 'schema' in order.data ? contact : {}).refuses('ERR_NOT_FOUND'),
  );
});

describe('an active identity', () => {
  const active = given(identityDecider, [registered]);

  it('cannot be registered again', () => active.when(register, registration).refuses('ERR_ALREADY_EXISTS'));

  it('gets the first values of a further class', () => active.when(record, contact).then([contactRecorded]));

  it('claims the handles of a further class', () =>
    active
      .when(
        record,
        carrying('contact', { name: 'email', value: 'Ada@Example.org' }, { name: 'address', value: 'Rue 1' }),
      )
      .claims([{ kind: 'handle-email', value: 'ada@example.org' }]));

  it('has its first class from the registration', () =>
    active.when(record, carrying('identification', fullName)).refuses('ERR_CLASS_RECORDED'));

  it('cannot correct a class that has no values yet', () =>
    active.when(correct, contact).refuses('ERR_CLASS_NOT_RECORDED'));

  it('has values corrected, under the reason given', () =>
    active
      .when(correct, { ...carrying('identification', fullName), ...agreed })
      .then([{ type: 'AttributesCorrected', data: { schema: 1, class: 'identification', reason: 'clerical-error' } }]));

  it('is not corrected, ended or called dead by one agency alone', () => {
    active.when(correct, carrying('identification', fullName)).refuses('ERR_APPROVAL_MISSING');
    for (const order of [deactivate, recordDeath]) active.when(order).refuses('ERR_APPROVAL_MISSING');
  });

  it('claims a corrected handle', () =>
    active
      .when(correct, { ...carrying('identification', { name: 'nickname', value: 'Countess' }), ...agreed })
      .claims([{ kind: 'handle-nickname', value: 'countess' }]));

  it.each([number, enrolment])('keeps its $name for life', (lasting) =>
    active.when(correct, carrying('identification', fullName, lasting)).refuses('ERR_ATTRIBUTE_IMMUTABLE'),
  );

  it('is suspended', () => active.when(suspend).then([suspended]));
  it('cannot be reinstated', () => active.when(reinstate).refuses('ERR_NOT_SUSPENDED'));
  it('is deactivated', () => active.when(deactivate, agreed).then([deactivated]));
  it('has a death recorded', () => active.when(recordDeath, agreed).then([deceased]));

  it.each([suspend, reinstate, deactivate, recordDeath])('takes no private values with $type', (order) =>
    active.when(order, contact).refuses('ERR_DISCLOSURE_MISMATCH'),
  );

  it('claims nothing by a suspension', () => active.when(suspend).claims([]));
});

describe('an identity with contact values', () => {
  const known = given(identityDecider, [registered, contactRecorded]);

  it('does not get first values twice', () => known.when(record, contact).refuses('ERR_CLASS_RECORDED'));

  it('has its contact corrected', () =>
    known
      .when(correct, contact)
      .then([{ type: 'AttributesCorrected', data: { schema: 1, class: 'contact', reason: 'clerical-error' } }]));

  it('keeps its classes through suspension, correction and reinstatement', () => {
    const corrected: IdentityEvent = {
      type: 'AttributesCorrected',
      data: { schema: 1, class: 'contact', reason: 'clerical-error' },
    };
    given(identityDecider, [registered, contactRecorded, corrected, suspended, reinstated])
      .when(record, contact)
      .refuses('ERR_CLASS_RECORDED');
  });
});

describe('a suspended identity', () => {
  const resting = given(identityDecider, [registered, suspended]);

  it('cannot be suspended again', () => resting.when(suspend).refuses('ERR_NOT_ACTIVE'));
  it('cannot be registered again', () => resting.when(register, registration).refuses('ERR_ALREADY_EXISTS'));
  it('takes no new class', () => resting.when(record, contact).refuses('ERR_NOT_ACTIVE'));
  it('takes no correction', () =>
    resting.when(correct, carrying('identification', fullName)).refuses('ERR_NOT_ACTIVE'));
  it('is reinstated', () => resting.when(reinstate).then([reinstated]));
  it('is deactivated', () => resting.when(deactivate, agreed).then([deactivated]));
  it('has a death recorded', () => resting.when(recordDeath, agreed).then([deceased]));
});

describe('a reinstated identity', () => {
  it('is active again', () =>
    given(identityDecider, [registered, suspended, reinstated]).when(suspend).then([suspended]));
});

describe('a deactivated identity', () => {
  it('has a death recorded: people die afterwards, too', () =>
    given(identityDecider, [registered, deactivated]).when(recordDeath, agreed).then([deceased]));
});

describe.each([{ end: deactivated }, { end: deceased }])('after $end.type', ({ end }) => {
  const closed = given(identityDecider, [registered, end]);

  it.each([record, correct, suspend, reinstate, deactivate])('$type is refused', (order) =>
    closed.when(order, 'schema' in order.data ? contact : {}).refuses('ERR_CLOSED'),
  );

  it('the identity cannot be registered again', () =>
    closed.when(register, registration).refuses('ERR_ALREADY_EXISTS'));
});

describe('an order for an identity', () => {
  it('is one of the identity', () =>
    given(identityDecider, []).when({ type: 'GiveConsent', data: {} }).refuses('ERR_UNKNOWN_COMMAND'));

  it('has the shape of its type', () =>
    given(identityDecider, [registered])
      .when({ type: 'SuspendIdentity', data: { reason: 'because' } })
      .refuses('ERR_MALFORMED'));
});
