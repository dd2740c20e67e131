import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findIdentity } from './identityDetails.ts';
import { rebuild } from './rebuild.ts';
import { schemaPublished } from '../testing/samples.ts';
import { openTestNode, type TestNode } from '../testing/testNode.ts';

describe('identity details', () => {
  let node: TestNode;
  beforeAll(async () => {
    node = await openTestNode();
    await node.take(schemaPublished());
  });
  afterAll(() => node.close());

  const registered = (id: string) => ({
    stream: `identity-${id}`,
    fact: { type: 'IdentityRegistered', data: { schema: 1, class: 'identification' } },
    at: '2026-02-01T08:00:00.000Z',
  });
  const changed = (id: string, type: string, data: object = { reason: 'court-order' }) => ({
    stream: `identity-${id}`,
    fact: { type, data },
    at: '2026-02-02T08:00:00.000Z',
  });

  it('show a registered identity as active', async () => {
    await node.take(registered('a'));
    expect(await findIdentity(node.database, 'a')).toEqual({
      identity: 'a',
      status: 'active',
      schema: 1,
      version: 1,
      registeredAt: '2026-02-01T08:00:00.000Z',
      changedAt: '2026-02-01T08:00:00.000Z',
      block: 1,
    });
  });

  it('know nothing of an identity that was never registered', async () => {
    expect(await findIdentity(node.database, 'nobody')).toBeUndefined();
  });

  it.each([
    ['IdentitySuspended', 'suspended'],
    ['IdentityDeactivated', 'deactivated'],
    ['DeathRecorded', 'deceased'],
  ])('follow %s', async (type, status) => {
    await node.take(registered(status), changed(status, type));
    expect(await findIdentity(node.database, status)).toMatchObject({
      status,
      version: 2,
      registeredAt: '2026-02-01T08:00:00.000Z',
      changedAt: '2026-02-02T08:00:00.000Z',
    });
  });

  it('follow a suspension that is lifted in a later block', async () => {
    await node.take(registered('b'), changed('b', 'IdentitySuspended'));
    await node.take(changed('b', 'IdentityReinstated'));
    expect(await findIdentity(node.database, 'b')).toMatchObject({ status: 'active', version: 3 });
  });

  it('are the same when they are rebuilt', async () => {
    const { before, after } = await rebuild(node);
    expect(after).toBe(before);
    expect(await findIdentity(node.database, 'b')).toMatchObject({ status: 'active', version: 3 });
  });

  it('stop at a fact that nobody knows, and keep nothing of its block', async () => {
    const unknown = node.take(registered('c'), changed('c', 'IdentityTranslated'));
    await expect(unknown).rejects.toMatchObject({ name: 'UnreadableFact', block: 7 });
    expect(await findIdentity(node.database, 'c')).toBeUndefined();
  });
});
