import { describe, it } from '@jest/globals';
import { agreed, given } from '#test/given.ts';
import { sharingPolicyDecider } from './decider.ts';
import type { SharingPolicyEvent, SharingPolicyPublished } from './events.ts';

const health: SharingPolicyPublished['data'] = {
  name: { eng: 'Health' },
  rules: [{ purpose: 'ServiceProvision', attributes: ['fullName', 'email'] }],
  matching: ['dateOfBirth'],
};
const publish = (change: object = {}) => ({ type: 'PublishSharingPolicy', data: { ...health, ...change } });
const retire = { type: 'RetireSharingPolicy', data: { reason: 'changed-circumstances' } };
const published: SharingPolicyEvent = { type: 'SharingPolicyPublished', data: health };
const retired: SharingPolicyEvent = { type: 'SharingPolicyRetired', data: { reason: 'changed-circumstances' } };

describe('a policy that was never published', () => {
  const unknown = given(sharingPolicyDecider, []);

  it('is published', () => unknown.when(publish(), agreed).then([published]));
  it('is not published by one agency alone', () => unknown.when(publish()).refuses('ERR_APPROVAL_MISSING'));
  it('cannot be retired', () => unknown.when(retire).refuses('ERR_NOT_FOUND'));
  it('does not name a purpose twice', () =>
    unknown.when(publish({ rules: [health.rules[0], health.rules[0]] })).refuses('ERR_MALFORMED'));
  it('does not let an attribute out twice for a purpose', () =>
    unknown
      .when(publish({ rules: [{ purpose: 'Verification', attributes: ['email', 'email'] }] }))
      .refuses('ERR_ATTRIBUTE_REPEATED'));
  it('does not match on an attribute twice', () =>
    unknown.when(publish({ matching: ['email', 'email'] })).refuses('ERR_ATTRIBUTE_REPEATED'));
});

describe('a published policy', () => {
  const live = given(sharingPolicyDecider, [published]);

  it('is published in its next version', () =>
    live
      .when(publish({ matching: [] }), agreed)
      .then([{ type: 'SharingPolicyPublished', data: { ...health, matching: [] } }]));
  it('is retired', () => live.when(retire).then([retired]));
});

describe('a retired policy', () => {
  it.each([publish(), retire])('takes no $type', (order) =>
    given(sharingPolicyDecider, [published, retired]).when(order).refuses('ERR_CLOSED'),
  );
});

describe('an order for a policy', () => {
  it('carries no private values', () =>
    given(sharingPolicyDecider, []).when(publish(), { sealedClass: 'contact' }).refuses('ERR_DISCLOSURE_MISMATCH'));
  it('is one of the policy', () =>
    given(sharingPolicyDecider, []).when({ type: 'RecordDeath', data: {} }).refuses('ERR_UNKNOWN_COMMAND'));
  it('has the shape of its type', () =>
    given(sharingPolicyDecider, [])
      .when(publish({ rules: [{ purpose: 'Curiosity', attributes: ['email'] }] }))
      .refuses('ERR_MALFORMED'));
});
