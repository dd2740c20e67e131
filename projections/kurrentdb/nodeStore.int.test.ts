import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '#test/eventually.ts';
import { findAccessRecords, newAccessId, type AccessRecord } from '../logs/accessRecords.ts';
import { keptAccessLog, takeInAccesses } from '../logs/accessTree.ts';
import { rootAt } from '../logs/keptTree.ts';
import { recorded, registered, schemaPublished } from '../testing/samples.ts';
import { copyOf, openStoredNode, type StoredNode } from './testing/storedNode.ts';

const look = (party = 'clinic'): AccessRecord => ({
  ...{ accessId: newAccessId(), party, purpose: null, kind: 'identity', requested: ['email'] },
  ...{ released: ['email'], withheld: [], decision: 'RELEASED', at: '2026-01-01T00:00:00.000Z' },
});
const erased = (id: string) => ({
  stream: `identity-${id}`,
  fact: { type: 'IdentityErased', data: { reason: 'request-of-person', proposals: [] } },
});
const email = (id: string) =>
  recorded(id, 'AttributesRecorded', { class: 'contact', values: { email: `${id}@x.org` } });

const factsIn = async (node: StoredNode) =>
  (await copyOf(node)).flatMap(({ fact, id, body }) => (fact === undefined ? [] : [{ id, body }]));
const factsAt = ({ server }: StoredNode) =>
  server.log.all.flatMap(({ stream, id, data }) =>
    stream.startsWith('access-') ? [] : [{ id, body: Buffer.from(data).toString() }],
  );
const whoLooked = async (node: StoredNode, identity: string) => {
  await node.accesses().caughtUp();
  return findAccessRecords(node.database, node.keystore, identity);
};
const treeOf = async ({ database }: StoredNode) => {
  await takeInAccesses(database);
  const size = await keptAccessLog.size(database);
  return { size, root: Buffer.from(await rootAt(database.kysely, keptAccessLog.tree, size)).toString('hex') };
};
const forgetCopy = async ({ database }: StoredNode) => {
  await database.pool.query('delete from store.events where block is null');
  await database.pool.query('truncate store.event_copy, store.access_leaves, store.access_strips, store.access_cursor');
};

let node: StoredNode;
beforeAll(async () => {
  node = await openStoredNode({ patience: 3000 });
  await node.take(schemaPublished(), registered('ada'), registered('bob'));
  await node.take(email('ada'), email('bob'), registered('eve'));
});
afterAll(() => node.close());
afterEach(() => {
  node.server.faults.appends = undefined;
  node.server.faults.doubled = false;
});

describe('a node whose events lie in a KurrentDB', () => {
  it('has every fact there, byte for byte and in the order of the ledger', async () => {
    expect(factsAt(node)).toEqual(await factsIn(node));
    expect(factsAt(node)).toHaveLength(6);
  });

  it('keeps there that somebody looked before it says so, and not who, at whom, or at what', async () => {
    const [first, second] = [look(), look('bank')];
    await node.accesses().record('ada', first);
    expect(node.server.log.of(`access-${first.accessId}`)).toHaveLength(1);
    await node.accesses().record('ada', second);
    await node.accesses().record(undefined, look());
    expect(await whoLooked(node, 'ada')).toMatchObject([second, first]);
    const { rows } = await node.database.pool.query<{ stream: string }>(
      `select stream from store.events where id = $1`,
      [first.accessId],
    );
    const records = node.server.log.all.filter(({ stream }) => stream.startsWith('access-'));
    const kept = JSON.stringify(records.map((each) => [each.stream, Buffer.from(each.data).toString()]));
    for (const word of ['clinic', 'bank', 'email', 'RELEASED', rows[0]?.stream ?? '']) expect(kept).not.toContain(word);
  });

  it('makes its copy anew as it was, log of accesses and all', async () => {
    const [before, tree] = [await whoLooked(node, 'ada'), await treeOf(node)];
    await node.restart({ before: () => forgetCopy(node) });
    expect(await whoLooked(node, 'ada')).toEqual(before);
    expect(await treeOf(node)).toEqual(tree);
  });

  it('loses and doubles nothing when subscriptions are dropped and events come twice', async () => {
    node.server.faults.doubled = true;
    const looks = Array.from({ length: 60 }, () => look());
    for (const [index, each] of looks.entries()) {
      if (index === 10) node.server.dropSubscriptions('error');
      if (index === 30) node.server.dropSubscriptions('silence');
      await node.accesses().record('bob', each);
    }
    const found = await whoLooked(node, 'bob');
    expect(found.map(({ accessId }) => accessId)).toEqual(looks.map(({ accessId }) => accessId).toReversed());
  });

  it.each(['lost', 'hang', 'full'] as const)(
    'answers nothing while appends are %s, and goes on after',
    async (fault) => {
      node.server.faults.appends = fault;
      const record = look();
      await expect(node.accesses().record('eve', record)).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
      await expect(node.store().check()).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
      const fact = registered(`during-${fault}`);
      await expect(node.take(fact)).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
      node.server.faults.appends = undefined;
      await node.accesses().record('eve', record);
      await node.store().check();
      expect((await whoLooked(node, 'eve')).filter(({ accessId }) => accessId === record.accessId)).toHaveLength(1);
    },
  );

  it('waits for a slow server', async () => {
    node.server.faults.appends = 400; // ms
    const record = look();
    await node.accesses().record('eve', record);
    await node.take(registered('slow'));
    expect(await whoLooked(node, 'eve')).toContainEqual(expect.objectContaining(record));
  });

  it('says so when reads get no answer, and reads again after', async () => {
    node.server.faults.reads = 'hang';
    await expect(node.store().check()).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
    node.server.faults.reads = undefined;
    await eventually(() => node.store().check());
    expect((await whoLooked(node, 'bob')).length).toBe(60);
  });

  it('waits for a server that is away', async () => {
    await node.server.stop();
    await expect(node.store().check()).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
    await node.server.start();
    const record = look();
    await eventually(() => node.accesses().record('eve', record));
    expect(await whoLooked(node, 'eve')).toContainEqual(expect.objectContaining(record));
  });

  it('takes an append that somebody else was before', async () => {
    node.server.faults.conflict = true;
    const record = look();
    await node.accesses().record('eve', record);
    expect(await whoLooked(node, 'eve')).toContainEqual(expect.objectContaining(record));
  });
});

describe('a person who is erased at a node with a KurrentDB', () => {
  it('leaves records there that nothing opens, also when the copy is made anew', async () => {
    const [before, tree] = [await whoLooked(node, 'ada'), await treeOf(node)];
    await node.take(erased('ada'));
    expect(before.length).toBeGreaterThan(0);
    expect(await whoLooked(node, 'ada')).toEqual([]);
    const { rows } = await node.database.pool.query('select from keystore.access_keys where access_id = any($1)', [
      before.map(({ accessId }) => accessId),
    ]);
    expect(rows).toEqual([]);
    await node.restart({ before: () => forgetCopy(node) });
    expect(await whoLooked(node, 'ada')).toEqual([]);
    expect((await whoLooked(node, 'bob')).length).toBe(60);
    expect(await treeOf(node)).toEqual(tree);
  });
});

describe('a KurrentDB that is not as it was', () => {
  it('gets back what it lacks when it was restored to an older state, in the same order', async () => {
    const [facts, all] = [factsAt(node), node.server.log.all.map(({ id }) => id)];
    const tree = await treeOf(node);
    await node.restart({ before: () => node.server.log.truncate(9) });
    await node.store().reached();
    await eventually(() => expect(factsAt(node)).toEqual(facts));
    await eventually(() => expect(node.server.log.all.map(({ id }) => id).toSorted()).toEqual(all.toSorted()));
    await node.restart({ before: () => forgetCopy(node) });
    expect((await whoLooked(node, 'bob')).length).toBe(60);
    expect(await treeOf(node)).toEqual(tree);
  });

  it('is refused when it has facts that the ledger does not have', async () => {
    await expect(node.restart({ height: 2 })).rejects.toMatchObject({ code: 'ERR_STORE_AHEAD' });
    await expect(node.store().check()).rejects.toMatchObject({ code: 'ERR_STORE_AHEAD' });
    await node.restart();
  });

  it('is refused when other bytes lie where its newest fact was', async () => {
    const newest = node.server.log.all.findLastIndex(({ stream }) => !stream.startsWith('access-'));
    const original = node.server.log.all[newest];
    node.server.log.tamper(newest, (event) => ({ ...event, data: Buffer.from('{"type":"Other"}') }));
    await expect(node.restart()).rejects.toMatchObject({ code: 'ERR_STORE_AHEAD' });
    node.server.log.tamper(newest, (event) => original ?? event);
    await node.restart();
  });
});
