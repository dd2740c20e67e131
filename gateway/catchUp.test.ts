import { describe, expect, it } from '@jest/globals';
import { createCatchUp } from './catchUp.ts';

const ingestAt = (height: () => number) => ({ height, status: () => ({ state: 'running' }) as const });

describe('a node that starts behind its ledger', () => {
  it('does not serve before it is as far as the ledger was, and need not be further', async () => {
    let [height, tip] = [3, 10];
    const { check } = createCatchUp({ ledger: { tip: () => Promise.resolve(tip) }, ingest: ingestAt(() => height) });
    await expect(check()).rejects.toMatchObject({ code: 'ERR_CATCHING_UP', status: 503 });
    tip = 20;
    height = 9;
    await expect(check()).rejects.toMatchObject({ code: 'ERR_CATCHING_UP' });
    height = 10;
    await check();
  });

  it('does not serve while nobody can say how far the ledger is, and asks again', async () => {
    let isAway = true;
    const tip = () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(0));
    const { check } = createCatchUp({ ledger: { tip }, ingest: ingestAt(() => 100) });
    await expect(check()).rejects.toThrow('away');
    isAway = false;
    await check();
    isAway = true;
    await check();
  });
});

describe('a node whose event store belongs to another ledger', () => {
  it('does not serve, however far it is', async () => {
    const status = () => ({ state: 'stopped', code: 'ERR_STORE_AHEAD' }) as const;
    const { check } = createCatchUp({ ledger: { tip: () => Promise.resolve(1) }, ingest: { height: () => 1, status } });
    await expect(check()).rejects.toMatchObject({ code: 'ERR_STORE_AHEAD', status: 503 });
  });
});
