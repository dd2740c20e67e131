import { describe, it } from '@jest/globals';
import { given } from '#test/given.ts';
import { mosipRules } from '#test/numberRules.ts';
import type { Circumstances, OpenedValue } from '../decider.ts';
import type { IdentitySchema } from '../identitySchema/events.ts';
import { identityDecider } from './decider.ts';
import type { IdentityEvent } from './events.ts';

const members = ['civil-registry', 'election-office'];
const schema: IdentitySchema = {
  version: 1,
  fields: [
    { name: 'identityNumber', class: 'identification', multilingual: false, handle: false },
    { name: 'address', class: 'contact', multilingual: false, handle: false },
  ],
  classes: { identification: { members }, contact: { members }, consent: { members } },
  languages: ['eng'],
  number: mosipRules,
  source: 'A'.repeat(43),
};
const registered: IdentityEvent = { type: 'IdentityRegistered', data: { schema: 1, class: 'identification' } };
const recorded: IdentityEvent = { type: 'AttributesRecorded', data: { schema: 1, class: 'contact' } };
const address: OpenedValue = { name: 'address', value: 'Rue 1' };
const from = (value: unknown): OpenedValue => ({ name: 'effectiveFrom', value });
const carrying = (...opened: readonly OpenedValue[]): Partial<Circumstances> => ({
  at: '2026-03-01T23:59:59.999Z',
  sealedClass: 'contact',
  opened,
  schema: (version) => (version === 1 ? schema : undefined),
});

describe.each([
  { order: { type: 'RecordAttributes', data: { schema: 1 } }, facts: [registered], fact: recorded },
  {
    order: { type: 'CorrectAttributes', data: { schema: 1, reason: 'changed-circumstances' } },
    facts: [registered, recorded],
    fact: {
      type: 'AttributesCorrected',
      data: { schema: 1, class: 'contact', reason: 'changed-circumstances' },
    } as const,
  },
])('values that come by $order.type', ({ order, facts, fact }) => {
  const identity = given(identityDecider, facts);

  it.each(['1815-12-10', '2024-02-29', '2026-03-01'])('may hold since %s, and the day stays out of the fact', (day) =>
    identity.when(order, carrying(address, from(day))).then([fact]),
  );

  it('hold since they are recorded where nothing is said', () => identity.when(order, carrying(address)).then([fact]));

  it('cannot hold from a day that has not come', () =>
    identity.when(order, carrying(address, from('2026-03-02'))).refuses('ERR_PERIOD_INVALID'));

  it.each(['2026-02-30', '2025-02-29', '01.03.2026', '2026-03-01T00:00:00.000Z', '', 20260301, null, ['2026-03-01']])(
    'cannot hold from %p, which is no day',
    (day) => identity.when(order, carrying(address, from(day))).refuses('ERR_MALFORMED'),
  );

  it('have one such day', () =>
    identity.when(order, carrying(address, from('2026-01-01'), from('2026-02-01'))).refuses('ERR_ATTRIBUTE_REPEATED'));

  it('are there beside it', () =>
    identity.when(order, carrying(from('2026-01-01'))).refuses('ERR_DISCLOSURE_MISMATCH'));
});

describe('a registration', () => {
  it('has no such day: nothing about the person was known before', () =>
    given(identityDecider, [])
      .when(
        { type: 'RegisterIdentity', data: { schema: 1 } },
        {
          ...carrying(
            { name: 'identityNumber', value: '5839204178' },
            { name: 'enrolmentId', value: 'rec-1' },
            from('2026-01-01'),
          ),
          sealedClass: 'identification',
        },
      )
      .refuses('ERR_ATTRIBUTE_UNKNOWN'));
});
