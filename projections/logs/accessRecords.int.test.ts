import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findAccessRecords, newAccessId, openAccessLog, type AccessRecord } from './accessRecords.ts';
import { openTestNode, type TestNode } from '../testing/testNode.ts';

const access = (): AccessRecord => ({
  accessId: newAccessId(),
  party: 'clinic',
  purpose: 'AgeVerification',
  kind: 'identity',
  requested: ['dateOfBirth', 'phone'],
  released: ['dateOfBirth'],
  withheld: [{ attribute: 'phone', reason: 'NOT_IN_POLICY' }],
  decision: 'RELEASED',
  at: '2026-02-01T00:00:00.000Z',
});

describe('the access log', () => {
  let node: TestNode;
  beforeAll(async () => {
    node = await openTestNode();
  });
  afterAll(() => node.close());

  it('tells a person who looked, newest first, and nobody else', async () => {
    const log = openAccessLog(node.database, node.keystore);
    const [first, second, other] = [access(), access(), access()];
    await log.record('ada', first);
    await log.record('ada', second);
    await log.record('bob', other);
    expect(await findAccessRecords(node.database, node.keystore, 'ada')).toMatchObject([second, first]);
    expect(await findAccessRecords(node.database, node.keystore, 'bob')).toMatchObject([other]);
    expect(await findAccessRecords(node.database, node.keystore, 'ada', 1)).toMatchObject([second]);
  });

  it('loses none of many that come at once, from several gateways', async () => {
    const [one, two] = [openAccessLog(node.database, node.keystore), openAccessLog(node.database, node.keystore)];
    const log = (n: number) => (n % 2 === 0 ? one : two);
    await Promise.all(Array.from({ length: 100 }, (_, n) => log(n).record(`eve-${n % 3}`, access())));
    const found = await Promise.all([0, 1, 2].map((n) => findAccessRecords(node.database, node.keystore, `eve-${n}`)));
    expect(found.flat()).toHaveLength(100);
  });

  it('takes a repeated record once', async () => {
    const log = openAccessLog(node.database, node.keystore);
    const record = access();
    await log.record('zoe', record);
    await log.record('zoe', record);
    expect(await findAccessRecords(node.database, node.keystore, 'zoe')).toMatchObject([record]);
  });

  it('keeps a question about nobody too, and names no person', async () => {
    const record = access();
    await openAccessLog(node.database, node.keystore).record(undefined, record);
    const { rows } = await node.database.pool.query<{ stream: string; body: string }>(
      'select stream, body from store.events',
    );
    expect(
      rows.filter(({ stream, body }) => stream === 'access-nobody' && body.includes(record.accessId)),
    ).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toMatch(/eve-[012]/);
  });
});
