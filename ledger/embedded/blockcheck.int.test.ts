import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { found } from '#test/agreement.ts';
import { agencies, channel, newAgencies, newNumber, registration, schema } from '#test/registry.ts';
import { openEmbeddedLedger } from './openEmbeddedLedger.ts';

const flips = 24;
const minutes = 60_000;
let directory: string;
let blocks: Buffer;

type Verdict = { readonly code: number; readonly said: string };

/** What Fabric's own packages say about a block file. */
async function check(bytes: Uint8Array): Promise<Verdict> {
  const path = join(directory, 'checked.log');
  await writeFile(path, bytes);
  return new Promise((resolve) => {
    execFile(join(directory, 'blockcheck'), [path], (error, stdout) => {
      resolve({ code: error === null ? 0 : Number(error.code), said: stdout });
    });
  });
}

/** A ledger with everything a block can hold: private data, several transactions, a conflict, a repetition. */
async function makeBlocks(): Promise<Buffer> {
  const all = newAgencies();
  const civil = all['civil-registry'].signer;
  const ledger = await openEmbeddedLedger({
    ...{
      directory,
      channel,
      agency: 'civil-registry',
      agencies: [...agencies, 'audit-office'],
      classes: schema.classes,
    },
    ...{ endorsement: { agencies, required: 2 }, registryKeyOf: () => new Uint8Array(32).fill(3) },
  });
  await found(all, (submission, agency) => ledger.as(agency).submit(submission));
  await (await ledger.node.endorse([1, 2, 3, 4].map(() => registration(civil)))).commit();
  const twins = { identityNumber: newNumber() };
  const endorsed = await Promise.all([1, 2].map(() => ledger.node.endorse([registration(civil, twins)])));
  await Promise.all([...endorsed, ...endorsed].map((each) => each.commit()));
  await ledger.close();
  return readFile(join(directory, 'blocks.log'));
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plinth-blockcheck-'));
  const network = fileURLToPath(new URL('../../network', import.meta.url));
  execFileSync('go', ['build', '-o', join(directory, 'blockcheck'), './blockcheck'], { cwd: network, stdio: 'pipe' });
  blocks = await makeBlocks();
}, 10 * minutes);

afterAll(() => rm(directory, { recursive: true }));

describe('the blocks of an embedded ledger', () => {
  it('are accepted by the code of Fabric itself', async () => {
    expect(await check(blocks)).toEqual({
      code: 0,
      said: expect.stringMatching(/^blocks 9, transactions 11, signatures 41: ok$/m),
    });
  });

  it.each(Array.from({ length: flips }, (_, index) => index / flips))(
    'are refused when a byte is changed at %f of the file',
    async (part) => {
      const changed = Buffer.from(blocks);
      const at = Math.floor(part * blocks.length) + 2;
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(await check(changed)).toEqual({ code: 1, said: expect.stringContaining('block ') });
    },
  );

  it('are refused when the newest bytes, which nobody has signed, are changed', async () => {
    const changed = Buffer.from(blocks);
    changed.writeUInt8(changed.readUInt8(blocks.length - 1) ^ 1, blocks.length - 1);
    expect(await check(changed)).toEqual({ code: 1, said: expect.stringContaining('commit hash') });
  });
});
