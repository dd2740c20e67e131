import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { plinth, spawnPlinth, startNode, type Place } from '#test/e2e/plinth.ts';
import { eventually } from '#test/eventually.ts';

const people = join('country', 'demo', 'people-febrl1.csv');
const everybody = 997;
let folder = '';
let place: Place;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-import-'));
  place = { environment: { PLINTH_DATA: folder }, options: [] };
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a command and kills it as soon as the ledger's file has so many bytes. */
async function killAt(bytes: number, ...args: readonly string[]): Promise<void> {
  const { child, output, ended } = spawnPlinth(place, args);
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`ended by itself:\n${output()}`);
    expect((await stat(join(folder, 'ledger', 'blocks.log'))).size).toBeGreaterThan(bytes);
  }, 60_000);
  child.kill('SIGKILL');
  await ended;
}

/** Lets a node serve once and stops it; answers what it said. */
async function serveOnce(...args: readonly string[]): Promise<string> {
  const node = await startNode(place, ...args);
  await node.kill('SIGTERM');
  return node.output();
}

function countsIn(output: string): readonly number[] {
  return (output.match(/\d+(?= (?:accepted|already there|rejected))/g) ?? []).map(Number);
}

function hashesIn(output: string): readonly string[] {
  return output.match(/[0-9a-f]{64}/g) ?? [];
}

const importAgain = () => plinth(place, 'import', people, '--rejected', join(folder, 'rejected.csv'));

describe('an import that is killed again and again', () => {
  it('goes on where it stopped: everybody is there once', async () => {
    await killAt(300_000, 'import', people, '--rejected', join(folder, 'rejected.csv'));
    await killAt(2_000_000, 'start');
    const [accepted = 0, there = 0, rejected] = countsIn(await serveOnce());
    expect([accepted + there, rejected]).toEqual([everybody, 3]);
    expect(there).toBeGreaterThan(50);
    expect(countsIn(await importAgain())).toEqual([0, everybody, 3]);
    expect((await readFile(join(folder, 'rejected.csv'), 'utf8')).trim().split('\n')).toHaveLength(4);
  }, 240_000);

  it('leaves read models that are equal to a rebuild, to what the ledger says from its start, and so does a new node', async () => {
    await serveOnce();
    const [before, after] = hashesIn(await plinth(place, 'rebuild'));
    expect(after).toBe(before);
    expect(hashesIn(await plinth(place, 'rebuild', '--from-ledger'))).toEqual([before, before]);
    await rm(join(folder, 'postgres'), { recursive: true });
    await serveOnce();
    // Serving has anchored the logs once more, so the facts are others than before.
    const [live, rebuilt] = hashesIn(await plinth(place, 'rebuild', '--from-ledger'));
    expect(live).toMatch(/^[0-9a-f]{64}$/);
    expect(rebuilt).toBe(live);
  }, 240_000);
});
