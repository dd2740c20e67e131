import { describe, expect, it } from '@jest/globals';
import { agreed, given } from '#test/given.ts';
import { agencyDecider } from './decider.ts';
import type { AgencyEvent, Officer } from './events.ts';
import { actsAt } from './officer.ts';

const key = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) } as const;
const validFrom = '2026-01-01T00:00:00.000Z';
const chief: Officer = { officer: 'chief', key, roles: ['administrator'], validFrom };
const clerk: Officer = { officer: 'clerk', key, roles: ['registrar', 'auditor'], validFrom };
const deputy: Officer = { ...chief, officer: 'deputy', validUntil: '2027-01-01T00:00:00.000Z' };

const admission = { name: { eng: 'Civil Registry' }, transportKey: { epoch: 1, key: 'B'.repeat(43) } };
const admit = (administrator: object = chief) => ({ type: 'AdmitAgency', data: { ...admission, administrator } });
const add = (officer: object) => ({ type: 'AddOfficer', data: officer });
const remove = (officer: string) => ({ type: 'RemoveOfficer', data: { officer, reason: 'end-of-service' } });

const admitted: AgencyEvent = { type: 'AgencyAdmitted', data: { ...admission, administrator: chief } };
const added = (officer: Officer): AgencyEvent => ({ type: 'OfficerAdded', data: officer });
const removed = (officer: string): AgencyEvent => ({
  type: 'OfficerRemoved',
  data: { officer, reason: 'end-of-service' },
});

const own = { id: 'civil-registry', agency: 'civil-registry', at: '2026-03-01T12:00:00.000Z' };
const foreign = { ...own, agency: 'election-office' };

describe('an agency that was never admitted', () => {
  const unknown = given(agencyDecider, []);
  const own = { id: 'civil-registry', agency: 'civil-registry', founded: false };

  it('is admitted by its own node while the registry is being founded', () =>
    unknown.when(admit(), own).then([admitted]));
  it('takes the agreement of two agencies afterwards', () => {
    unknown.when(admit(), { ...own, founded: true }).refuses('ERR_APPROVAL_MISSING');
    unknown.when(admit(), { ...own, founded: true, ...agreed }).then([admitted]);
  });
  it('is not admitted by another', () => unknown.when(admit(), foreign).refuses('ERR_AUTHORITY_INVALID'));
  it('needs an administrator first', () => unknown.when(admit(clerk), own).refuses('ERR_ROLE_MISSING'));
  it('needs an administrator whose time does not end before it begins', () =>
    unknown.when(admit({ ...chief, validUntil: validFrom }), own).refuses('ERR_PERIOD_INVALID'));
  it('takes no private values', () =>
    unknown.when(admit(), { ...own, sealedClass: 'contact' }).refuses('ERR_DISCLOSURE_MISMATCH'));
  it.each([add(clerk), remove('clerk')])('cannot take $type', (order) =>
    unknown.when(order, own).refuses('ERR_AGENCY_UNKNOWN'),
  );
});

describe('an admitted agency', () => {
  const known = given(agencyDecider, [admitted]);

  it('is not admitted again', () => known.when(admit(), own).refuses('ERR_ALREADY_EXISTS'));
  it('adds an officer', () => known.when(add(clerk), own).then([added(clerk)]));
  it('adds an officer for a time', () => known.when(add(deputy), own).then([added(deputy)]));
  it('adds no officer whose time ends before it begins', () =>
    known.when(add({ ...clerk, validUntil: '2025-12-31T23:59:59.999Z' }), own).refuses('ERR_PERIOD_INVALID'));
  it('adds no officer since a year that databases do not know', () =>
    known.when(add({ ...clerk, validFrom: '0000-01-01T00:00:00.000Z' }), own).refuses('ERR_MALFORMED'));
  it('gives no officer id twice', () =>
    known.when(add({ ...clerk, officer: 'chief' }), own).refuses('ERR_OFFICER_EXISTS'));
  it('cannot remove whom it does not have', () => known.when(remove('clerk'), own).refuses('ERR_OFFICER_UNKNOWN'));
  it('keeps its last administrator', () => known.when(remove('chief'), own).refuses('ERR_LAST_ADMINISTRATOR'));
  it.each([add(clerk), remove('chief')])('takes no $type from another agency', (order) =>
    known.when(order, foreign).refuses('ERR_AUTHORITY_INVALID'),
  );
});

describe('an agency with several officers', () => {
  const staffed = given(agencyDecider, [admitted, added(clerk), added(deputy)]);

  it('removes an officer', () => staffed.when(remove('clerk'), own).then([removed('clerk')]));
  it('removes an administrator while another one acts', () =>
    staffed.when(remove('chief'), own).then([removed('chief')]));
  it('keeps an administrator when the time of the other is over', () =>
    staffed.when(remove('chief'), { ...own, at: '2027-01-01T00:00:00.000Z' }).refuses('ERR_LAST_ADMINISTRATOR'));
});

describe('an agency that removed an officer', () => {
  const after = given(agencyDecider, [admitted, added(clerk), removed('clerk')]);

  it('does not remove the officer twice', () => after.when(remove('clerk'), own).refuses('ERR_OFFICER_UNKNOWN'));
  it('does not give the id to another', () => after.when(add(clerk), own).refuses('ERR_OFFICER_EXISTS'));
  it('adds further officers', () => after.when(add(deputy), own).then([added(deputy)]));
});

describe('the keys of an admitted agency', () => {
  const known = given(agencyDecider, [admitted]);
  const transportKey = (epoch: number, of = 'C') => ({
    type: 'RotateTransportKey',
    data: { epoch, key: of.repeat(43) },
  });
  const logKey = { type: 'RotateLogKey', data: { key: 'E'.repeat(43) } };
  const handOver = { type: 'HandOverKeys', data: { class: 'contact' } };

  it('rotate from epoch to epoch', () =>
    known.when(transportKey(2), own).then([{ type: 'TransportKeyRotated', data: { epoch: 2, key: 'C'.repeat(43) } }]));
  it.each([1, 3])('do not rotate to epoch %d', (epoch) =>
    known.when(transportKey(epoch), own).refuses('ERR_EPOCH_NOT_NEXT'),
  );
  it('are never ones that everybody knows', () => known.when(transportKey(2, 'A'), own).refuses('ERR_MALFORMED'));
  it('of its log are replaced', () =>
    known.when(logKey, own).then([{ type: 'LogKeyRotated', data: { key: 'E'.repeat(43) } }]));
  it('states no log key that nobody can read', () =>
    known.when({ type: 'RotateLogKey', data: { key: `${'E'.repeat(42)}B` } }, own).refuses('ERR_MALFORMED'));
  it('of its node are replaced', () =>
    known.when({ type: 'RotateNodeKey', data: { key } }, own).then([{ type: 'NodeKeyRotated', data: { key } }]));
  it('are handed over once two agencies agree', () => {
    known.when(handOver, own).refuses('ERR_APPROVAL_MISSING');
    known.when(handOver, { ...own, ...agreed }).then([{ type: 'KeyHandOverAgreed', data: { class: 'contact' } }]);
  });
});

describe('an agency that others remove', () => {
  const known = given(agencyDecider, [admitted]);
  const removal = { type: 'RemoveAgency', data: { reason: 'breach-of-terms' } };
  const gone: AgencyEvent = { type: 'AgencyRemoved', data: { reason: 'breach-of-terms' } };

  const agreedBy = (proposer: string, approver: string) => ({
    approval: { proposal: 'p', proposedBy: { agency: proposer }, approvedBy: { agency: approver } },
  });
  const twoThatStay = agreedBy('election-office', 'social-protection');

  it('goes when two agencies that stay agree', () => known.when(removal, { ...foreign, ...twoThatStay }).then([gone]));
  it('stays when one wants it', () => known.when(removal, foreign).refuses('ERR_APPROVAL_MISSING'));
  it('stays when it would leave one behind that can agree with nobody', () => {
    known.when(removal, { ...foreign, ...agreedBy('election-office', own.id) }).refuses('ERR_LAST_AGENCIES');
    known.when(removal, { ...foreign, ...agreedBy(own.id, 'election-office') }).refuses('ERR_LAST_AGENCIES');
  });
  it('does not remove itself', () => known.when(removal, { ...own, ...agreed }).refuses('ERR_AUTHORITY_INVALID'));
  it('never comes back', () => {
    const removed = given(agencyDecider, [admitted, gone]);
    removed.when(admit(), { ...own, ...agreed }).refuses('ERR_CLOSED');
    removed.when(add(clerk), own).refuses('ERR_AGENCY_UNKNOWN');
  });
});

describe('an order for an agency', () => {
  it('is one of the agency', () =>
    given(agencyDecider, []).when({ type: 'GiveConsent', data: {} }, own).refuses('ERR_UNKNOWN_COMMAND'));

  it.each([
    { ...clerk, roles: [] },
    { ...clerk, roles: ['king'] },
    { ...clerk, key: { ...key, d: 'private' } },
    { ...clerk, validFrom: '2026-01-01T00:00:00Z' },
  ])('has the shape of its type, unlike %j', (officer) =>
    given(agencyDecider, [admitted]).when(add(officer), own).refuses('ERR_MALFORMED'),
  );
});

describe('an officer', () => {
  it.each([
    ['2025-12-31T23:59:59.999Z', false],
    ['2026-01-01T00:00:00.000Z', true],
    ['2026-12-31T23:59:59.999Z', true],
    ['2027-01-01T00:00:00.000Z', false],
  ])('of the year 2026 at %s: %p', (at, acts) => {
    expect(actsAt(deputy, at)).toBe(acts);
  });

  it('without an end acts on', () => {
    expect(actsAt(chief, '2099-01-01T00:00:00.000Z')).toBe(true);
  });
});
