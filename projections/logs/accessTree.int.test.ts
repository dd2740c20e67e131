import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { Tree } from '#ledger/log/tree.ts';
import { leafHash } from '#ledger/log/treeHash.ts';
import { newAccessId, openAccessLog, redactAccessRecords, type AccessRecord } from './accessRecords.ts';
import { accessCommitment, findAccessIndex, keptAccessLog, readAccessLeaves, takeInAccesses } from './accessTree.ts';
import { rootAt } from './keptTree.ts';
import { schemaPublished } from '../testing/samples.ts';
import { openTestNode, type TestNode } from '../testing/testNode.ts';

const accessed = (): AccessRecord => ({
  ...{
    accessId: newAccessId(),
    party: 'clinic',
    purpose: 'AgeVerification',
    kind: 'identity',
    requested: ['dateOfBirth'],
  },
  ...{ released: [], withheld: [], decision: 'REFUSED', at: '2026-03-01T12:00:00.000Z' },
});

describe('the log of access records', () => {
  let node: TestNode;
  const records = Array.from({ length: 300 }, accessed);

  beforeAll(async () => {
    node = await openTestNode();
    const log = openAccessLog(node.database, node.keystore);
    await node.take(schemaPublished()); // what is no access record lies between them
    await Promise.all(records.slice(0, 200).map((each, index) => log.record(`person-${index % 7}`, each)));
    await takeInAccesses(node.database);
    await Promise.all(records.slice(200).map((each) => log.record(undefined, each)));
    await Promise.all([takeInAccesses(node.database), takeInAccesses(node.database)]); // two agencies in one process
  });
  afterAll(() => node.close());

  const indexes = () => Promise.all(records.map(({ accessId }) => findAccessIndex(node.database, accessId)));
  const root = async () => Buffer.from(await rootAt(node.database.kysely, keptAccessLog.tree, 300)).toString('hex');

  it('has each record once, in the order in which they became durable', async () => {
    expect(await keptAccessLog.size(node.database)).toBe(300);
    expect((await indexes()).toSorted((one, other) => (one ?? 0) - (other ?? 0))).toEqual(
      records.map((_, index) => index),
    );
    expect(await findAccessIndex(node.database, newAccessId())).toBeUndefined();
  });

  it('has the root over commitments to the records as they were written', async () => {
    const { rows } = await sql<{ body: string }>`
      select body from store.events where type = 'Accessed' order by xact, sequence`.execute(node.database.kysely);
    const tree = new Tree();
    for (const { body } of rows) tree.append(leafHash(accessCommitment(body)));
    expect(await root()).toBe(Buffer.from(tree.root()).toString('hex'));
    const leaves = await readAccessLeaves(node.database, 298, 5);
    expect(leaves).toEqual(rows.slice(298).map(({ body }) => accessCommitment(body)));
  });

  it('has two different leaves for two records that say the same', async () => {
    const log = openAccessLog(node.database, node.keystore);
    const twin = accessed();
    const { rows } = await sql<{ salt: string }>`
      select body::jsonb ->> 'salt' as salt from store.events where type = 'Accessed'`.execute(node.database.kysely);
    expect(new Set(rows.map(({ salt }) => salt)).size).toBe(300);
    await log.record('person-1', twin);
  });

  it('keeps its leaves when the people are erased, and nothing that opens them', async () => {
    const before = await root();
    await node.database.kysely.transaction().execute((trx) => redactAccessRecords(trx, node.keystore, ['person-0']));
    expect(await root()).toBe(before);
    await takeInAccesses(node.database);
    expect(await keptAccessLog.size(node.database)).toBe(301);
  });

  it('goes on after a restore into a cluster whose transactions have lower numbers', async () => {
    await sql`update store.access_cursor set xact = '9000000000'`.execute(node.database.kysely);
    await sql`update store.events set xact = '0' where type = 'Accessed'`.execute(node.database.kysely);
    const late = accessed();
    await openAccessLog(node.database, node.keystore).record('person-2', late);
    const before = await root();
    await takeInAccesses(node.database);
    expect(await root()).toBe(before);
    expect(await findAccessIndex(node.database, late.accessId)).toBe(301);
    expect(await keptAccessLog.size(node.database)).toBe(302);
  });
});
