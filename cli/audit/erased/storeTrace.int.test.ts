import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openStoredNode, type StoredNode } from '#projections/kurrentdb/testing/storedNode.ts';
import { newAccessId } from '#projections/logs/accessRecords.ts';
import { subjectIndex } from '#projections/models/blindIndexes.ts';
import { registered, schemaPublished } from '#projections/testing/samples.ts';
import { traceInStore } from './storeTrace.ts';

let node: StoredNode;
beforeAll(async () => {
  node = await openStoredNode({ patience: 3000 });
  await node.take(schemaPublished(), registered('ada'), registered('bob'));
  for (const identity of ['ada', 'ada', 'bob']) await record(identity);
  await node.store().reached();
});
afterAll(() => node.close());

const record = (identity: string) =>
  node.accesses().record(identity, {
    ...{ accessId: newAccessId(), party: 'clinic', purpose: null, kind: 'identity', requested: ['email'] },
    ...{ released: [], withheld: [], decision: 'REFUSED', at: '2026-01-01T00:00:00.000Z' },
  });
const look = () => {
  const database = { databaseUrl: node.database.pool.options.connectionString ?? '' };
  const sought = { ids: ['ada'], subject: subjectIndex(node.keystore, 'ada') };
  return traceInStore({ url: node.server.url, agency: 'civil-registry', database }, sought);
};

describe('a look at the KurrentDB of a node', () => {
  it('finds nothing that names a person, and nothing without its key before somebody is erased', async () => {
    expect(await look()).toMatchObject({ open: [], remains: [], unseen: [] });
  });

  it('says how many sealed records have lost their keys when somebody is, and until when they stay', async () => {
    await node.take({
      stream: 'identity-ada',
      fact: { type: 'IdentityErased', data: { reason: 'request-of-person', proposals: [] } },
    });
    const { seen, open, remains } = await look();
    expect([seen, open]).toEqual([['KurrentDB: 7 events of this node, every one'], []]);
    expect(remains).toMatchObject([{ what: expect.stringMatching(/^2 sealed access records/) }]);
  });

  it('finds an event that names a person', async () => {
    await node
      .store()
      .appendEach([{ stream: 'access-clear', id: newAccessId(), type: 'Accessed', data: { about: 'ada' } }]);
    expect((await look()).open).toMatchObject([{ what: '1 local events that name the person' }]);
  });

  it('says that nobody has looked when it gives no answer', async () => {
    await node.server.stop();
    expect((await look()).unseen).toEqual([expect.stringMatching(/^KurrentDB: it gave no answer/)]);
    await node.server.start();
  });
});
