import { describe, it } from '@jest/globals';
import { agreed, given } from '#test/given.ts';
import { identityDecider } from './decider.ts';
import type { IdentityEvent } from './events.ts';

const registered: IdentityEvent = { type: 'IdentityRegistered', data: { schema: 1, class: 'identification' } };
const suspended: IdentityEvent = { type: 'IdentitySuspended', data: { reason: 'court-order' } };
const merged: IdentityEvent = { type: 'IdentityMerged', data: { into: 'two', reason: 'duplicate-record' } };
const split: IdentityEvent = { type: 'IdentitySplit', data: { reason: 'clerical-error' } };
const erased: IdentityEvent = { type: 'IdentityErased', data: { reason: 'request-of-person', proposals: [] } };
const deceased: IdentityEvent = { type: 'DeathRecorded', data: { reason: 'death-certificate' } };
const bound: IdentityEvent = { type: 'PersonKeyBound', data: { key: 'A'.repeat(43) } };

const merge = (into = 'two') => ({ type: 'MergeIdentity', data: { into, reason: 'duplicate-record' } });
const splitOff = { type: 'SplitIdentity', data: { reason: 'clerical-error' } };
const erase = { type: 'EraseIdentity', data: { reason: 'request-of-person', proposals: [] } };
const suspend = { type: 'SuspendIdentity', data: { reason: 'court-order' } };
const reinstate = { type: 'ReinstateIdentity', data: { reason: 'review-closed' } };
const bind = { type: 'BindPersonKey', data: { key: 'A'.repeat(43) } };
const recover = { type: 'RecoverPersonKey', data: { key: 'B'.repeat(43), reason: 'request-of-person' } };

describe('what two agencies must agree on', () => {
  it.each([merge(), splitOff, erase])('$type is refused to one alone', (order) =>
    given(identityDecider, [registered, ...(order === splitOff ? [merged] : [])])
      .when(order)
      .refuses('ERR_APPROVAL_MISSING'),
  );
});

describe('an identity that is a duplicate', () => {
  it('is merged into the other', () => given(identityDecider, [registered]).when(merge(), agreed).then([merged]));
  it('is not merged into itself', () =>
    given(identityDecider, [registered]).when(merge('one'), agreed).refuses('ERR_MALFORMED'));
  it('takes nothing afterwards', () =>
    given(identityDecider, [registered, merged]).when(suspend).refuses('ERR_CLOSED'));
  it('is not merged again', () =>
    given(identityDecider, [registered, merged]).when(merge('three'), agreed).refuses('ERR_CLOSED'));
});

describe('an identity that was merged by mistake', () => {
  it('stands by itself again', () => given(identityDecider, [registered, merged]).when(splitOff, agreed).then([split]));
  it('is suspended still when it was before', () =>
    given(identityDecider, [registered, suspended, merged, split])
      .when(reinstate)
      .then([{ type: 'IdentityReinstated', data: { reason: 'review-closed' } }]));
  it('is active again when it was before', () =>
    given(identityDecider, [registered, merged, split]).when(suspend).then([suspended]));
});

describe('an identity that is not merged', () => {
  it('is not split', () => given(identityDecider, [registered]).when(splitOff, agreed).refuses('ERR_NOT_MERGED'));
  it('that was never registered neither', () =>
    given(identityDecider, []).when(splitOff, agreed).refuses('ERR_NOT_FOUND'));
});

describe('erasure', () => {
  it.each([[registered], [registered, suspended], [registered, merged], [registered, deceased]])(
    'comes after anything that was registered',
    (...facts) => given(identityDecider, facts).when(erase, agreed).then([erased]),
  );
  it('needs somebody to forget', () => given(identityDecider, []).when(erase, agreed).refuses('ERR_NOT_FOUND'));
  it('comes again for proposals with values that came afterwards', () => {
    const late = { ...erase, data: { reason: 'request-of-person', proposals: ['late'] } };
    const again: IdentityEvent = { type: 'IdentityErased', data: { reason: 'request-of-person', proposals: ['late'] } };
    given(identityDecider, [registered, erased]).when(late, agreed).then([again]);
  });
  it('comes once', () => given(identityDecider, [registered, erased]).when(erase, agreed).refuses('ERR_CLOSED'));
  it.each([suspend, merge(), bind])('is the end: $type is refused', (order) =>
    given(identityDecider, [registered, erased]).when(order, agreed).refuses('ERR_CLOSED'),
  );
});

describe('the key of a person', () => {
  it('is bound once', () => {
    given(identityDecider, [registered]).when(bind).then([bound]);
    given(identityDecider, [registered, bound]).when(bind).refuses('ERR_KEY_BOUND');
  });
  it('is replaced when two agencies agree', () => {
    const known = given(identityDecider, [registered, bound]);
    known.when(recover).refuses('ERR_APPROVAL_MISSING');
    known
      .when(recover, agreed)
      .then([{ type: 'PersonKeyRecovered', data: { key: 'B'.repeat(43), reason: 'request-of-person' } }]);
  });
  it('is not replaced before there is one', () =>
    given(identityDecider, [registered]).when(recover, agreed).refuses('ERR_KEY_NOT_BOUND'));
  it('stays through suspension and merge', () =>
    given(identityDecider, [registered, bound, suspended, merged, split])
      .when(recover, agreed)
      .refuses('ERR_NOT_ACTIVE'));
});
