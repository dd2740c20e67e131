import { describe, it } from '@jest/globals';
import { given } from '#test/given.ts';
import type { Circumstances, OpenedValue } from '../decider.ts';
import { consentDecider } from './decider.ts';
import type { ConsentEvent } from './events.ts';
import type { ConsentTerms } from './terms.ts';

const period = { validFrom: '2026-03-01T00:00:00.000Z', validUntil: '2027-03-01T00:00:00.000Z' };
const accepted: ConsentTerms = {
  party: 'clinic',
  purpose: 'ServiceProvision',
  claims: [
    { attribute: 'fullName', essential: true, accepted: true },
    { attribute: 'email', essential: false, accepted: false },
  ],
  ...period,
};
const subject: OpenedValue = { name: 'subject', value: 'qX3vT0bJ9mK2rL5nW8yZ1a' };
const terms = (change: object = {}): OpenedValue => ({ name: 'terms', value: { ...accepted, ...change } });
const carrying = (...opened: readonly OpenedValue[]): Partial<Circumstances> => ({ sealedClass: 'consent', opened });

const give = { type: 'GiveConsent', data: period };
const withdraw = { type: 'WithdrawConsent', data: {} };
const consented: ConsentEvent = { type: 'ConsentGiven', data: period };
const withdrawn: ConsentEvent = { type: 'ConsentWithdrawn', data: {} };

describe('a consent that was never given', () => {
  const unknown = given(consentDecider, []);

  it('is given with its subject and its terms', () => unknown.when(give, carrying(subject, terms())).then([consented]));

  it('cannot be withdrawn', () => unknown.when(withdraw).refuses('ERR_NOT_FOUND'));

  it('is not given without private values', () => unknown.when(give).refuses('ERR_DISCLOSURE_MISMATCH'));
  it('is not given in another class', () =>
    unknown.when(give, { ...carrying(subject, terms()), sealedClass: 'contact' }).refuses('ERR_DISCLOSURE_MISMATCH'));

  const wrongValues: readonly (readonly [string, readonly OpenedValue[]])[] = [
    ['without a subject', [terms()]],
    ['without terms', [subject]],
    ['with two subjects', [subject, subject]],
    ['with two sets of terms', [subject, terms(), terms()]],
    ['with anything more', [subject, terms(), { name: 'note', value: '' }]],
  ];
  it.each(wrongValues)('is not given %s', (_, opened) =>
    unknown.when(give, carrying(...opened)).refuses('ERR_DISCLOSURE_MISMATCH'),
  );

  it.each(['', 'identity of ada', 7, null, 'x'.repeat(65)])('is not given for the subject %p', (value) =>
    unknown.when(give, carrying({ name: 'subject', value }, terms())).refuses('ERR_TERMS_INVALID'),
  );

  const wrongTerms: readonly (readonly [string, object])[] = [
    ['for an unknown purpose', { purpose: 'Curiosity' }],
    ['about nothing', { claims: [] }],
    ['about one attribute twice', { claims: [accepted.claims[0], accepted.claims[0]] }],
    ['with an unknown term', { note: 'x' }],
    ['with a no to what is essential', { claims: [{ attribute: 'fullName', essential: true, accepted: false }] }],
    ['for a party with no id', { party: 'the clinic' }],
    ['from another day on', { validFrom: '2026-03-02T00:00:00.000Z' }],
    ['to another day', { validUntil: '2027-03-02T00:00:00.000Z' }],
  ];
  it.each(wrongTerms)('is not given %s', (_, change) =>
    unknown.when(give, carrying(subject, terms(change))).refuses('ERR_TERMS_INVALID'),
  );

  it('is not given with terms that are none', () =>
    unknown.when(give, carrying(subject, { name: 'terms', value: 'yes' })).refuses('ERR_TERMS_INVALID'));
});

describe('the period of a consent', () => {
  const lasting = (validFrom: string, validUntil: string, at: string) =>
    given(consentDecider, []).when(
      { type: 'GiveConsent', data: { validFrom, validUntil } },
      { ...carrying(subject, terms({ validFrom, validUntil })), at },
    );
  const given10Years = { validFrom: '2024-02-29T00:00:00.000Z', validUntil: '2034-02-28T23:59:59.999Z' };

  it('may begin later than now', () =>
    lasting(period.validFrom, period.validUntil, '2026-01-01T00:00:00.000Z').then([consented]));
  it('does not end when it begins', () =>
    lasting(period.validFrom, period.validFrom, '2026-01-01T00:00:00.000Z').refuses('ERR_PERIOD_INVALID'));
  it('does not end before it begins', () =>
    lasting(period.validUntil, period.validFrom, '2026-01-01T00:00:00.000Z').refuses('ERR_PERIOD_INVALID'));
  it('is not over already', () =>
    lasting(period.validFrom, period.validUntil, period.validUntil).refuses('ERR_PERIOD_INVALID'));
  it('lasts ten years at most, from a leap day too', () =>
    lasting(given10Years.validFrom, given10Years.validUntil, '2026-01-01T00:00:00.000Z').then([
      { type: 'ConsentGiven', data: given10Years },
    ]));
  it('lasts ten years to the millisecond', () =>
    lasting(period.validFrom, '2036-03-01T00:00:00.000Z', period.validFrom).then([
      { type: 'ConsentGiven', data: { ...period, validUntil: '2036-03-01T00:00:00.000Z' } },
    ]));
  it('does not last longer', () =>
    lasting(period.validFrom, '2036-03-01T00:00:00.001Z', period.validFrom).refuses('ERR_PERIOD_INVALID'));
});

describe('a given consent', () => {
  const live = given(consentDecider, [consented]);

  it('is withdrawn', () => live.when(withdraw).then([withdrawn]));
  it('is withdrawn without private values', () =>
    live.when(withdraw, carrying(subject)).refuses('ERR_DISCLOSURE_MISMATCH'));
  it('is not given again', () => live.when(give, carrying(subject, terms())).refuses('ERR_ALREADY_EXISTS'));
});

describe('a withdrawn consent', () => {
  const over = given(consentDecider, [consented, withdrawn]);

  it('stays withdrawn when it is withdrawn again', () => over.when(withdraw).then([]));
  it('is not given again', () => over.when(give, carrying(subject, terms())).refuses('ERR_ALREADY_EXISTS'));
});

describe('the end of a consent', () => {
  const expire = { type: 'ExpireConsent', data: {} };
  const expired: ConsentEvent = { type: 'ConsentExpired', data: {} };
  const over = { at: period.validUntil };

  it('is said once its period is over', () => given(consentDecider, [consented]).when(expire, over).then([expired]));
  it('is not said a moment earlier', () =>
    given(consentDecider, [consented]).when(expire, { at: '2027-02-28T23:59:59.999Z' }).refuses('ERR_STILL_IN_FORCE'));
  it('is said once', () => given(consentDecider, [consented, expired]).when(expire, over).then([]));
  it('is not said of one that ended otherwise', () =>
    given(consentDecider, [consented, withdrawn]).when(expire, over).then([]));
  it('needs a consent', () => given(consentDecider, []).when(expire, over).refuses('ERR_NOT_FOUND'));
  it('carries no private values', () =>
    given(consentDecider, [consented])
      .when(expire, { ...carrying(subject), ...over })
      .refuses('ERR_DISCLOSURE_MISMATCH'));
  it('leaves nothing to withdraw', () => given(consentDecider, [consented, expired]).when(withdraw, over).then([]));
  it('lets it be erased', () =>
    given(consentDecider, [consented, expired])
      .when({ type: 'EraseConsent', data: { reason: 'end-of-service' } }, over)
      .then([{ type: 'ConsentErased', data: { reason: 'end-of-service' } }]));
});

describe('an order for a consent', () => {
  it('is one of the consent', () =>
    given(consentDecider, []).when({ type: 'RecordDeath', data: {} }).refuses('ERR_UNKNOWN_COMMAND'));
  it('has the shape of its type', () =>
    given(consentDecider, [])
      .when({ type: 'GiveConsent', data: { ...period, subject: 'x' } })
      .refuses('ERR_MALFORMED'));
});

describe('the erasure of a consent', () => {
  const erase = { type: 'EraseConsent', data: { reason: 'request-of-person' } };
  const erased: ConsentEvent = { type: 'ConsentErased', data: { reason: 'request-of-person' } };
  const during = { at: '2026-06-01T00:00:00.000Z' };

  it('waits until it is withdrawn', () => {
    given(consentDecider, [consented]).when(erase, during).refuses('ERR_STILL_IN_FORCE');
    given(consentDecider, [consented, withdrawn]).when(erase, during).then([erased]);
  });
  it('or over', () => given(consentDecider, [consented]).when(erase, { at: period.validUntil }).then([erased]));
  it('changes nothing the second time', () =>
    given(consentDecider, [consented, withdrawn, erased]).when(erase, during).then([]));
  it('needs a consent', () => given(consentDecider, []).when(erase, during).refuses('ERR_NOT_FOUND'));
  it('leaves nothing to withdraw', () => given(consentDecider, [consented, withdrawn, erased]).when(withdraw).then([]));
});
