import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '#test/eventually.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const people = join(root, 'country', 'demo', 'people-febrl1.csv');
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-import-'));
});
afterAll(() => rm(folder, { recursive: true }));

function startImport() {
  const args = [
    '--no-warnings',
    join(root, 'cli', 'main.ts'),
    'import',
    people,
    '--rejected',
    join(folder, 'rejected.csv'),
  ];
  const env = { ...process.env, PLINTH_DATA: join(folder, 'data') };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  return { child, ended: once(child, 'close').then(([code]: unknown[]) => ({ code, output })) };
}

/** Kills an import as soon as the ledger's file has so many bytes. */
async function killAt(bytes: number): Promise<void> {
  const { child, ended } = startImport();
  await eventually(async () => {
    expect(child.exitCode).toBe(null);
    expect((await stat(join(folder, 'data', 'ledger', 'blocks.log'))).size).toBeGreaterThan(bytes);
  }, 60_000);
  child.kill('SIGKILL');
  expect(await ended).toMatchObject({ code: null });
}

describe('an import that is killed again and again', () => {
  it('goes on where it stopped: 997 people are there once, and 3 rows are rejected', async () => {
    await killAt(300_000);
    await killAt(2_000_000);
    const { code, output } = await startImport().ended;
    expect(code).toBe(0);
    const [accepted = 0, there = 0, rejected = 0] = (output.match(/\d+(?= (?:accepted|already|rejected))/g) ?? []).map(
      Number,
    );
    expect([accepted + there, rejected]).toEqual([997, 3]);
    expect(there).toBeGreaterThan(50);
    expect((await readFile(join(folder, 'rejected.csv'), 'utf8')).trim().split('\n')).toHaveLength(4);
    expect((await startImport().ended).output).toContain('0 accepted, 997 already there, 3 rejected');
  }, 180_000);
});
