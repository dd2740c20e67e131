import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findAgency, findOfficer } from './agencies.ts';
import { listIdentitySchemas } from './identitySchemas.ts';
import { rebuild } from './rebuild.ts';
import { findRelyingParty } from './relyingParties.ts';
import { findSharingPolicy } from './sharingPolicies.ts';
import { sampleSchema, schemaPublished } from '../testing/samples.ts';
import { openTestNode, type TestNode } from '../testing/testNode.ts';

const key = { kty: 'EC', crv: 'P-256', x: 'x'.repeat(43), y: 'y'.repeat(43) };
const party = {
  name: { eng: 'Clinic' },
  keys: [key],
  intendedUses: [{ purpose: 'AgeVerification', attributes: ['dateOfBirth'] }],
};
const policy = {
  name: { eng: 'Health' },
  rules: [{ purpose: 'AgeVerification', attributes: ['dateOfBirth'] }],
  matching: ['fullName'],
};
const officer = { officer: 'o1', key, roles: ['administrator'], validFrom: '2026-01-01T00:00:00.000Z' };

describe('the public facts of the registry', () => {
  let node: TestNode;
  beforeAll(async () => {
    node = await openTestNode();
    const admission = { name: { eng: 'Civil registry' }, transportKey: { epoch: 1, key: 'k' }, administrator: officer };
    await node.take(
      { stream: 'agency-civil-registry', fact: { type: 'AgencyAdmitted', data: admission } },
      { stream: 'agency-civil-registry', fact: { type: 'OfficerAdded', data: { ...officer, officer: 'o2' } } },
      schemaPublished(),
      { stream: 'relyingParty-clinic', fact: { type: 'RelyingPartyRegistered', data: party } },
      { stream: 'sharingPolicy-health', fact: { type: 'SharingPolicyPublished', data: policy } },
    );
  });
  afterAll(() => node.close());

  const partyIs = (type: string, data: object = {}) =>
    node.take({ stream: 'relyingParty-clinic', fact: { type, data } });

  it('show a relying party as it registered', async () => {
    const registered = { party: 'clinic', ...party, status: 'registered', policy: null, version: 1, block: 0 };
    expect(await findRelyingParty(node.database, 'clinic')).toEqual(registered);
    expect(await findRelyingParty(node.database, 'bank')).toBeUndefined();
  });

  it('follow its approval, its policy and its suspension', async () => {
    await partyIs('RelyingPartyApproved');
    await partyIs('SharingPolicyAssigned', { policy: 'health' });
    expect(await findRelyingParty(node.database, 'clinic')).toMatchObject({ status: 'approved', policy: 'health' });
    await partyIs('RelyingPartySuspended', { reason: 'breach-of-terms' });
    expect(await findRelyingParty(node.database, 'clinic')).toMatchObject({ status: 'suspended', policy: 'health' });
  });

  it('show the newest version of a sharing policy, and that it is retired', async () => {
    const stream = 'sharingPolicy-health';
    expect(await findSharingPolicy(node.database, 'health')).toMatchObject({ ...policy, status: 'published' });
    await node.take({ stream, fact: { type: 'SharingPolicyPublished', data: { ...policy, matching: [] } } });
    expect(await findSharingPolicy(node.database, 'health')).toMatchObject({ matching: [], version: 2 });
    await node.take({ stream, fact: { type: 'SharingPolicyRetired', data: { reason: 'end-of-service' } } });
    expect(await findSharingPolicy(node.database, 'health')).toMatchObject({ status: 'retired' });
  });

  it('show agencies and officers, and since when one is no longer there', async () => {
    expect(await findAgency(node.database, 'civil-registry')).toMatchObject({ transportKey: { epoch: 1, key: 'k' } });
    const found = { agency: 'civil-registry', ...officer, validUntil: null, removedAt: null };
    expect(await findOfficer(node.database, 'civil-registry', 'o1')).toEqual(found);
    const removal = { type: 'OfficerRemoved', data: { officer: 'o2', reason: 'end-of-service' } };
    await node.take({ stream: 'agency-civil-registry', fact: removal, at: '2026-03-01T00:00:00.000Z' });
    expect(await findOfficer(node.database, 'civil-registry', 'o2')).toMatchObject({
      removedAt: '2026-03-01T00:00:00.000Z',
    });
    expect(await findOfficer(node.database, 'election-office', 'o1')).toBeUndefined();
  });

  it('show the identity schema in force', async () => {
    expect(await listIdentitySchemas(node.database)).toEqual(new Map([[1, sampleSchema]]));
  });

  it('are the same when they are rebuilt', async () => {
    const { before, after } = await rebuild(node);
    expect(after).toBe(before);
    expect(await findRelyingParty(node.database, 'clinic')).toMatchObject({ status: 'suspended' });
  });
});
