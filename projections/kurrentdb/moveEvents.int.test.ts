import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findAccessRecords, newAccessId, openAccessLog, type AccessRecord } from '../logs/accessRecords.ts';
import { registered, schemaPublished } from '../testing/samples.ts';
import { openTestNode, type TestNode } from '../testing/testNode.ts';
import { Connection } from './connection.ts';
import { isCopy } from './copyLocal.ts';
import { moveToKurrentDb, moveToPostgres } from './moveEvents.ts';
import { startStandIn, type StandIn } from './testing/standIn.ts';

const look = (): AccessRecord => ({
  ...{ accessId: newAccessId(), party: 'clinic', purpose: null, kind: 'identity', requested: ['email'] },
  ...{ released: ['email'], withheld: [], decision: 'RELEASED', at: '2026-01-01T00:00:00.000Z' },
});
const people = Array.from({ length: 40 }, (_, n) => `person-${n}`);
const erased = (id: string) => ({
  stream: `identity-${id}`,
  fact: { type: 'IdentityErased', data: { reason: 'request-of-person', proposals: [] } },
});

let node: TestNode;
let server: StandIn;
let connection: Connection;
beforeAll(async () => {
  [node, server] = await Promise.all([openTestNode(), startStandIn()]);
  connection = new Connection({ url: server.url, node: 'civil-registry', patience: 3000 });
  await node.take(schemaPublished());
  const log = openAccessLog(node.database, node.keystore);
  for (const id of people) {
    await node.take(registered(id));
    for (let looks = 0; looks < 6; looks += 1) await log.record(id, look());
  }
  await node.take(erased('person-3'));
});
afterAll(async () => {
  await connection.close();
  await server.stop();
  await node.close();
});

const toKurrentDb = () => moveToKurrentDb({ ...node, connection }, () => undefined);
const toPostgres = () => moveToPostgres({ ...node, connection }, () => undefined);

describe("a node's events that are copied to a KurrentDB", () => {
  it('go on where they were interrupted, and are equal in order and bytes', async () => {
    const looked = await findAccessRecords(node.database, node.keystore, 'person-5');
    server.faults.appends = 'lost'; // done, and the command does not hear of it
    await expect(toKurrentDb()).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
    server.faults.appends = undefined;
    const { from, to } = await toKurrentDb();
    expect(to).toEqual(from);
    expect([to.facts, to.local]).toEqual([42, 240]);
    expect(server.log.all).toHaveLength(282);
    expect(await isCopy(node.database)).toBe(true);
    expect(await findAccessRecords(node.database, node.keystore, 'person-5')).toEqual(looked);
    expect(await toKurrentDb()).toEqual({ from, to });
  });

  it('hold no record of an erased person in clear, nor one that could be opened', async () => {
    const { rows } = await node.database.pool.query<{ id: string }>(
      `select id from store.events where type = 'AccessErased'`,
    );
    expect(rows).toHaveLength(6);
    for (const { id } of rows) {
      const [event] = server.log.of(`access-${id}`);
      expect(JSON.parse(Buffer.from(event?.data ?? []).toString())).toEqual({ commitment: expect.any(String) });
    }
    const everything = server.log.all.map(({ data }) => Buffer.from(data).toString()).join('\n');
    expect(everything).not.toContain('clinic');
  });

  it('come back the same when the database has lost them', async () => {
    const before = await findAccessRecords(node.database, node.keystore, 'person-7');
    await node.database.pool.query('delete from store.events where block is null or block > 10');
    const { from, to } = await toPostgres();
    expect(to).toEqual(from);
    expect([to.facts, to.local]).toEqual([42, 240]);
    expect(await findAccessRecords(node.database, node.keystore, 'person-7')).toEqual(before);
    expect(await isCopy(node.database)).toBe(false);
  });

  it('are not copied over others', async () => {
    const other = await openTestNode();
    await other.take(schemaPublished(), registered('somebody'));
    const sides = { ...other, connection };
    const refused = { code: 'ERR_TARGET_HOLDS_OTHER' };
    await expect(moveToKurrentDb(sides, () => undefined)).rejects.toMatchObject(refused);
    await expect(moveToPostgres(sides, () => undefined)).rejects.toMatchObject(refused);
    await other.close();
    await openAccessLog(node.database, node.keystore).record('person-1', look());
    await expect(toPostgres()).rejects.toMatchObject(refused);
  });

  it('are not switched when an event has other bytes than it had', async () => {
    await toKurrentDb();
    server.log.tamper(3, (event) => ({ ...event, data: Buffer.from('{"type":"Other"}') }));
    await expect(toKurrentDb()).rejects.toMatchObject({ code: 'ERR_STORES_DIFFER' });
  });
});
