import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startStandIn, type StandIn } from '#projections/kurrentdb/testing/standIn.ts';
import { plinth, startNode, type Place, type RunningNode } from '#test/e2e/plinth.ts';
import { eventually } from '#test/eventually.ts';
import { newId } from '#test/registry.ts';
import { answerOf, readinessOf, registerSomebody } from './asking.ts';

let server: StandIn;
let folder = '';
let own: Place;
let stored: Place;
const running: RunningNode[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-moved-'));
  server = await startStandIn();
  own = { environment: { PLINTH_DATA: join(folder, 'data') }, options: [] };
  stored = { ...own, environment: { ...own.environment, KURRENTDB_URL: server.url } };
});
afterAll(async () => {
  for (const node of running) await node.kill('SIGKILL');
  await server.stop();
  await rm(folder, { recursive: true });
});

async function withNode<T>(place: Place, work: (node: RunningNode) => Promise<T>): Promise<T> {
  const node = await startNode(place, '--no-people');
  running.push(node);
  try {
    return await work(node);
  } finally {
    await node.kill('SIGTERM');
  }
}

const register = async (node: RunningNode, place: Place) => {
  const officer = await plinth(place, 'token', 'officer', 'registrar');
  return answerOf(node, officer, registerSomebody(newId()));
};

describe('a node that is moved to a KurrentDB and back', () => {
  it('is copied, compared and switched, and does not start without it any more', async () => {
    await withNode(own, async (node) => expect((await register(node, own)).text).toContain('Registered'));
    await expect(plinth(own, 'events', 'copy', '--from', 'postgres', '--to', 'kurrentdb')).rejects.toThrow(
      'ERR_SETTING: KURRENTDB_URL',
    );
    const said = await plinth(stored, 'events', 'copy', '--from', 'postgres', '--to', 'kurrentdb');
    const hashes = said.match(/[0-9a-f]{64}/g) ?? [];
    expect([hashes[0], hashes[2]]).toEqual([hashes[1], hashes[3]]);
    await expect(plinth(own, 'start', '--no-people')).rejects.toThrow(
      "ERR_SETTING: this node's events lie in a KurrentDB",
    );
  }, 240_000);

  it('keeps a registration that the store could not take, waits for it, and shows it afterwards', async () => {
    await withNode(stored, async (node) => {
      // The agencies anchor while it starts, so it may be a block behind when it says that it is ready.
      await eventually(async () =>
        expect(await readinessOf(node)).toMatchObject({ status: 200, body: { store: 'ready' } }),
      );
      const before = server.log.all.length;
      server.faults.appends = 'full';
      const late = await register(node, stored);
      expect(late.code).toBe('ERR_NOT_YET_VISIBLE');
      await eventually(async () =>
        expect(await readinessOf(node)).toMatchObject({ body: { store: 'ERR_STORE_UNAVAILABLE', ingest: 'waiting' } }),
      );
      expect(server.log.all).toHaveLength(before);
      server.faults.appends = undefined;
      await eventually(async () =>
        expect(await readinessOf(node)).toMatchObject({ status: 200, body: { ready: true } }),
      );
      expect(server.log.all.length).toBeGreaterThan(before);
      expect((await register(node, stored)).text).toContain('Registered');
    });
  }, 240_000);

  it('ends at once when the store has facts that its ledger does not have', async () => {
    const fresh = { PLINTH_DATA: join(folder, 'other'), KURRENTDB_URL: server.url };
    const other = { environment: fresh, options: [] };
    await expect(plinth(other, 'start', '--no-people')).rejects.toThrow('ERR_STORE_AHEAD');
  }, 240_000);

  it('comes back with everything', async () => {
    const said = await plinth(stored, 'events', 'copy', '--from', 'kurrentdb', '--to', 'postgres');
    expect(said).toContain('equal');
    const [before, after] = (await plinth(own, 'rebuild')).match(/[0-9a-f]{64}/g) ?? [];
    expect(after).toBe(before);
    await withNode(own, async (node) => expect((await register(node, own)).text).toContain('Registered'));
  }, 240_000);
});
