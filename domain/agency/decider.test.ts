import { describe, expect, it } from '@jest/globals';
import { given } from '#test/given.ts';
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

  it('is admitted by its own node', () => unknown.when(admit(), own).then([admitted]));
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
