import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { rebuild } from '../models/rebuild.ts';
import { registered, schemaPublished } from '../testing/samples.ts';
import { openTestNode, type TestNode } from '../testing/testNode.ts';
import { migrate } from './migrate.ts';

let node: TestNode;

beforeAll(async () => {
  node = await openTestNode();
  await node.take(schemaPublished(), registered('1'));
});
afterAll(async () => node.close());

describe('a node whose tables were changed by an upgrade', () => {
  beforeAll(async () => {
    const { kysely } = node.database;
    // As the version before left it: without the column that agencies.3 adds, and without the journal's own newest column.
    await sql`alter table model.agencies drop column node_key`.execute(kysely);
    await sql`delete from model.migrations where name = 'agencies.3'`.execute(kysely);
    await sql`alter table model.migrations drop column over_rows`.execute(kysely);
    await migrate(kysely);
  });

  it('remembers so until its read models are made anew', async () => {
    expect((await rebuild(node)).upgrades).toEqual(['agencies.3']);
    expect((await rebuild(node)).upgrades).toEqual([]);
  });
});

describe('a new node', () => {
  it('remembers no upgrade', async () => {
    const fresh = await openTestNode();
    try {
      expect((await rebuild(fresh)).upgrades).toEqual([]);
    } finally {
      await fresh.close();
    }
  });
});
