import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { plinth, startNode, type Place } from '#test/e2e/plinth.ts';
import { eventually } from '#test/eventually.ts';
import { agencies } from '#test/registry.ts';

const [civil] = agencies;
const stream = `agency-${civil}`;
let folder = '';
let place: Place;
let pin = '';
const file = (name: string) => join(folder, name);
const audit = (...args: readonly string[]) => plinth(place, 'audit', ...args);
/** By everybody: the first agency has to be among them. */
const check = (name: string, keys: string) =>
  audit('check', file(`${name}.tlog-proof`), '--keys', file(keys), '--agencies', String(agencies.length));

/** Runs a node until all agencies have cosigned one checkpoint, and keeps a proof, evidence and the keys of that time. */
async function proveWhileServing(name: string, version: number): Promise<void> {
  const node = await startNode(place, '--no-people');
  try {
    await eventually(async () => {
      await audit('prove', stream, String(version), '--pin', pin, '-o', file(name));
      await audit('verify', '--write-keys', file(`${name}.keys`));
      expect(await check(name, `${name}.keys`)).toContain('good');
      await audit('export', stream, '--pin', pin, '-o', file(`${name}.json`)); // its newest fact has to be anchored too
    }, 120_000);
  } finally {
    await node.kill('SIGTERM');
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-log-key-'));
  place = { environment: { PLINTH_DATA: join(folder, 'data') }, options: [] };
  const node = await startNode(place, '--no-people');
  await node.kill('SIGTERM');
  [pin = ''] = /[0-9a-f]{64}/.exec((await audit('verify')).split('block 0')[1] ?? '') ?? [];
  await proveWhileServing('before', 1);
}, 300_000);
afterAll(() => rm(folder, { recursive: true }));

describe('an agency that has taken another log key', () => {
  it('says so on the ledger, and its node cosigns with that one', async () => {
    const said = await plinth(place, 'keys', 'rotate', 'log', '--agency', civil);
    expect(said).toMatch(`${civil} cosigns with its new log key from block`);
    await proveWhileServing('after', 1);
    await expect(check('after', 'before.keys')).rejects.toThrow('ERR_TOO_FEW_SIGNERS');
    expect(await audit('verify')).toContain('good');
  }, 300_000);

  it('has cosigned what it cosigned before, for all who know the former key', async () => {
    expect(await check('before', 'before.keys')).toContain(civil);
    await expect(check('before', 'after.keys')).rejects.toThrow('ERR_TOO_FEW_SIGNERS');
    expect(await audit('check', file('before.json'), '--pin', pin)).toContain('good');
    expect(await audit('check', file('after.json'), '--pin', pin)).toMatch(/LogKeyRotated[^]*good/);
  }, 60_000);
});
