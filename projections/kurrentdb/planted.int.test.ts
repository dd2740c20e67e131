import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { findAccessRecords, newAccessId, type AccessRecord } from '../logs/accessRecords.ts';
import { registered, schemaPublished } from '../testing/samples.ts';
import type { Proposed } from './testing/standInLog.ts';
import { copyOf, openStoredNode, type StoredNode } from './testing/storedNode.ts';

const local = { plinth: 'local', node: 'civil-registry' };
const look = (): AccessRecord => ({
  ...{ accessId: newAccessId(), party: 'clinic', purpose: null, kind: 'identity', requested: ['email'] },
  ...{ released: ['email'], withheld: [], decision: 'RELEASED', at: '2026-01-01T00:00:00.000Z' },
});
const event = (data: string, metadata: object = local): Proposed => ({
  ...{ id: randomUUID(), type: 'Accessed', contentType: 'application/octet-stream' },
  ...{ data: Buffer.from(data), metadata: Buffer.from(JSON.stringify(metadata)) },
});

let node: StoredNode;
beforeAll(async () => {
  node = await openStoredNode({ patience: 2000 });
  await node.take(schemaPublished(), registered('ada'));
});
afterAll(() => node.close());

const plant = (planted: Proposed, stream = `access-${planted.id}`) =>
  node.server.log.append([{ stream, expected: 'any', events: [planted] }]);
const localsIn = async () => (await copyOf(node)).filter(({ fact }) => fact === undefined);

async function expectServing(): Promise<void> {
  const record = look();
  await node.accesses().record('ada', record);
  await node.accesses().caughtUp();
  expect(await findAccessRecords(node.database, node.keystore, 'ada')).toContainEqual(expect.objectContaining(record));
  await node.store().check();
}

describe('local events that no node has written', () => {
  it.each(['no JSON', 'null', '{"a":"\\u0000"}', '{"commitment":"none"}', JSON.stringify(look())])(
    'are left alone: %s',
    async (data) => {
      const before = await localsIn();
      plant(event(data));
      await expectServing();
      expect(await localsIn()).toHaveLength(before.length + 1);
    },
  );

  it('bring no stream into the copy that facts will have', async () => {
    plant(event(`{"commitment":"${'0'.repeat(64)}"}`), 'agency-new-ministry');
    await expectServing();
    expect((await localsIn()).filter(({ stream }) => !stream.startsWith('access-'))).toEqual([]);
  });
});

describe('facts that the ledger does not have', () => {
  it('are none where no place could be theirs', async () => {
    const place = { block: '1', transaction: '9'.repeat(400), index: '0', transactionId: 'x' };
    plant(event('{}', { plinth: 'fact', ...place }), 'elsewhere');
    await node.restart();
    await expectServing();
  });
});

describe('a copy that cannot go on', () => {
  const refuse = 'alter table store.event_copy add constraint refusing check (position is null) not valid';
  afterEach(() => node.database.pool.query('alter table store.event_copy drop constraint refusing'));

  it('keeps the node from calling itself ready', async () => {
    await node.database.pool.query(refuse);
    await node.accesses().record('ada', look());
    await expect(node.store().check()).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
  });
});

describe('a stream of ours in which somebody else has written', () => {
  it('is said to be another than the one of the ledger', async () => {
    plant(event('{}', {}), 'identity-bob');
    await expect(node.take(registered('bob'))).rejects.toMatchObject({ code: 'ERR_STORE_AHEAD' });
    await expect(node.store().check()).rejects.toMatchObject({ code: 'ERR_STORE_AHEAD' });
  });
});
