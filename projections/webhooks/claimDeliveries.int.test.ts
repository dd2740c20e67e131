import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { approved } from '../testing/samples.ts';
import { openTestNode, type TestNode } from '../testing/testNode.ts';
import { claimDeliveries } from './claimDeliveries.ts';
import { confirmWebhook, registerWebhook } from './registrations.ts';

let node: TestNode;
beforeAll(async () => {
  node = await openTestNode();
  await node.take(...approved('hoarder'), ...approved('clinic'));
});
afterAll(() => node.close());

async function webhookWith(party: string, waiting: number): Promise<string> {
  const { database, keystore } = node;
  const subscriber = { kind: 'party', id: party } as const;
  const made = await registerWebhook(database, keystore, { subscriber, url: 'https://a.example/', types: [] });
  const { id: webhook, token } = made ?? { id: '', token: '' };
  expect(await confirmWebhook(database, subscriber, { webhook, token })).toBe(true);
  await database.pool.query(
    `insert into store.webhook_deliveries (webhook, notice, type, subject, at)
     select $1, gen_random_uuid(), 'identity.deceased', n::text, now() from generate_series(1, $2::int) n`,
    [webhook, waiting],
  );
  return webhook;
}

describe('a webhook that is slow and has a long queue of old ones', () => {
  it('does not keep the place that comes free from one that has nothing under way', async () => {
    const [hoarder, clinic] = [await webhookWith('hoarder', 50), await webhookWith('clinic', 1)];
    const room = { fast: 0, slow: 1, each: { fast: 8, slow: 2 }, lease: 30_000 };
    const slow = [
      { webhook: hoarder, underWay: 1, isSlow: true },
      { webhook: clinic, underWay: 0, isSlow: true },
    ];
    const claim = async () => (await claimDeliveries(node.database, room, slow)).map(({ webhook }) => webhook);
    expect(await claim()).toEqual([clinic]);
    expect(await claim()).toEqual([hoarder]);
  });
});
