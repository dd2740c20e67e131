import { describe, it } from '@jest/globals';
import { given } from '#test/given.ts';
import { relyingPartyDecider } from './decider.ts';
import type { RelyingPartyEvent, RelyingPartyRegistered } from './events.ts';

const clinic: RelyingPartyRegistered['data'] = {
  name: { eng: 'Clinic' },
  keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) }],
  intendedUses: [
    { purpose: 'ServiceProvision', attributes: ['fullName', 'email'] },
    { purpose: 'AgeVerification', attributes: ['dateOfBirth'] },
  ],
};
const register = (change: object = {}) => ({ type: 'RegisterRelyingParty', data: { ...clinic, ...change } });
const approve = { type: 'ApproveRelyingParty', data: {} };
const suspend = { type: 'SuspendRelyingParty', data: { reason: 'breach-of-terms' } };
const assign = (policy: string) => ({ type: 'AssignSharingPolicy', data: { policy } });

const registered: RelyingPartyEvent = { type: 'RelyingPartyRegistered', data: clinic };
const approved: RelyingPartyEvent = { type: 'RelyingPartyApproved', data: {} };
const suspended: RelyingPartyEvent = { type: 'RelyingPartySuspended', data: { reason: 'breach-of-terms' } };
const assigned = (policy: string): RelyingPartyEvent => ({ type: 'SharingPolicyAssigned', data: { policy } });

describe('a party that was never registered', () => {
  const unknown = given(relyingPartyDecider, []);

  it('is registered with its keys and intended uses', () => unknown.when(register()).then([registered]));
  it('does not name a purpose twice', () =>
    unknown
      .when(register({ intendedUses: [clinic.intendedUses[0], clinic.intendedUses[0]] }))
      .refuses('ERR_MALFORMED'));
  it('does not name an attribute twice for a purpose', () =>
    unknown
      .when(register({ intendedUses: [{ purpose: 'Verification', attributes: ['email', 'email'] }] }))
      .refuses('ERR_ATTRIBUTE_REPEATED'));
  it.each([approve, suspend, assign('health')])('cannot take $type', (order) =>
    unknown.when(order).refuses('ERR_NOT_FOUND'),
  );
});

describe('a registered party', () => {
  const waiting = given(relyingPartyDecider, [registered]);

  it('is not registered again', () => waiting.when(register()).refuses('ERR_ALREADY_EXISTS'));
  it('is approved', () => waiting.when(approve).then([approved]));
  it('cannot be suspended before it is approved', () => waiting.when(suspend).refuses('ERR_NOT_ACTIVE'));
  it('gets a policy', () => waiting.when(assign('health')).then([assigned('health')]));
});

describe('an approved party', () => {
  const active = given(relyingPartyDecider, [registered, assigned('health'), approved]);

  it('stays approved when it is approved again', () => active.when(approve).then([]));
  it('is suspended', () => active.when(suspend).then([suspended]));
  it('gets another policy', () => active.when(assign('clinics')).then([assigned('clinics')]));
  it('keeps its policy when it gets the same again', () => active.when(assign('health')).then([]));
});

describe('a suspended party', () => {
  const resting = given(relyingPartyDecider, [registered, assigned('health'), approved, suspended]);

  it('is not registered again', () => resting.when(register()).refuses('ERR_ALREADY_EXISTS'));
  it('is not suspended again', () => resting.when(suspend).refuses('ERR_NOT_ACTIVE'));
  it('is approved again', () => resting.when(approve).then([approved]));
  it('keeps its policy', () => resting.when(assign('health')).then([]));
});

describe('an order for a party', () => {
  it('carries no private values', () =>
    given(relyingPartyDecider, [])
      .when(register(), { sealedClass: 'contact', opened: [{ name: 'email', value: 'x' }] })
      .refuses('ERR_DISCLOSURE_MISMATCH'));
  it('is one of the party', () =>
    given(relyingPartyDecider, []).when({ type: 'RecordDeath', data: {} }).refuses('ERR_UNKNOWN_COMMAND'));
  it('has the shape of its type', () =>
    given(relyingPartyDecider, [])
      .when(register({ keys: [] }))
      .refuses('ERR_MALFORMED'));
});
