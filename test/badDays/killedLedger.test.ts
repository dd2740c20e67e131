import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Submission } from '#ledger/ledger.ts';
import { found } from '#test/agreement.ts';
import { newAgencies, registration } from '#test/registry.ts';
import { openSmallLedger } from './smallLedger.ts';

const all = newAgencies();
const { signer } = all['civil-registry'];
const submitter = fileURLToPath(new URL('submitter.ts', import.meta.url));
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-killed-'));
  const ledger = await openSmallLedger(join(folder, 'ledger'));
  await found(all, (submission, agency) => ledger.as(agency).submit(submission));
  await ledger.close();
});
afterEach(() => rm(folder, { recursive: true }));

/** Starts a process that submits all, and kills it in the moment when it has acknowledged so many. Answers what it acknowledged. */
async function killedAfter(acknowledgements: number, submissions: readonly Submission[]): Promise<readonly string[]> {
  const file = join(folder, 'submissions.json');
  await writeFile(file, JSON.stringify(submissions));
  const args = ['--no-warnings', submitter, join(folder, 'ledger'), file];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (output.split('\n').length > acknowledgements) child.kill('SIGKILL');
  });
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  return output.split('\n').slice(0, -1);
}

describe('a process that is killed while it writes the embedded ledger', () => {
  it.each([1, 150])('loses nothing that it acknowledged, and nothing is there twice (after %d)', async (moment) => {
    const submissions = Array.from({ length: 600 }, () => registration(signer));
    const acknowledged = new Set(await killedAfter(moment, submissions));
    expect(acknowledged.size).toBeGreaterThanOrEqual(moment);
    expect(acknowledged.size).toBeLessThan(submissions.length);
    const ledger = await openSmallLedger(join(folder, 'ledger'));
    for (const { command } of submissions.filter(({ command }) => acknowledged.has(command.id)))
      expect(await ledger.history(command.stream)).toMatchObject([{ version: 1, command: command.id }]);
    // Whoever got no answer asks again with the same command.
    const answers = await Promise.all(submissions.map((submission) => ledger.submit(submission)));
    expect(answers.filter((answer) => 'refused' in answer || answer.version !== 1)).toEqual([]);
    for (const { command } of submissions) expect(await ledger.history(command.stream)).toHaveLength(1);
    await ledger.close();
  });
});
