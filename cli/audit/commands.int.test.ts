import { appendFile, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AnchoredLedger } from '#test/anchoredLedger.ts';
import { AuditFollower } from '#test/auditFollower.ts';
import { eventually } from '#test/eventually.ts';
import { agencies } from '#test/registry.ts';
import { runToEnd, type Ended } from '#test/runToEnd.ts';

const minutes = 60_000;
const main = join(import.meta.dirname, '..', 'main.ts');

let anchored: AnchoredLedger;
let folder: string;
let stream: string;
let pin: string;
let evidence: string;
let proof: string;
let keys: string;

/** Runs the tool as an auditor does: in an empty folder, with nothing of a node in its environment. */
function audit(...args: readonly string[]): Promise<Ended> {
  return runToEnd(process.execPath, [main, 'audit', ...args], { cwd: folder, env: {} });
}

/** A copy of a file with one byte changed in the middle. */
async function damaged(file: string): Promise<string> {
  const bytes = await readFile(file);
  const middle = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  await writeFile(`${file}.damaged`, bytes);
  return `${file}.damaged`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-audit-'));
  anchored = await AnchoredLedger.open();
  stream = await anchored.register();
  await anchored.suspend(stream);
  await anchored.anchor(agencies);
  [evidence, proof, keys] = [join(folder, 'evidence'), join(folder, 'p.tlog-proof'), join(folder, 'keys')];
}, 2 * minutes);

afterAll(async () => {
  await anchored.close();
  await rm(folder, { recursive: true });
});

describe('an auditor with a ledger', () => {
  it('verifies it, and gets the keys to pin', async () => {
    const { code, said } = await audit('verify', '--from', anchored.file, '--write-keys', keys);
    expect([code, said.trim().split('\n').at(-1)]).toEqual([0, 'good']);
    pin = /^block 0 +([0-9a-f]{64})/m.exec(said)?.[1] ?? '';
    expect((await readFile(keys, 'utf8')).trim().split('\n')).toHaveLength(agencies.length);
  });

  it('proves an event and exports a stream', async () => {
    const proved = await audit('prove', stream, '2', '--from', anchored.file, '--pin', pin, '-o', join(folder, 'p'));
    expect(proved).toMatchObject({ code: 0, said: expect.stringContaining('IdentitySuspended') });
    expect((await readFile(proof)).length).toBeLessThan(2048);
    const exported = await audit('export', stream, '--from', anchored.file, '-o', evidence);
    expect(exported).toMatchObject({ code: 0, said: expect.stringMatching(/^keys as of block \d+: /m) });
  });

  it('is told what is not there, and that a pin is another', async () => {
    const missing = await audit('prove', stream, '9', '--from', anchored.file);
    expect(missing).toMatchObject({ code: 1, said: expect.stringContaining('ERR_NO_SUCH_EVENT') });
    const other = await audit('export', stream, '--from', anchored.file, '--pin', 'ab'.repeat(32));
    expect(other).toMatchObject({ code: 1, said: expect.stringContaining('is pinned') });
  });
});

describe('somebody without a ledger', () => {
  it('checks a proof with pinned keys, and evidence with the hash of block 0', async () => {
    expect(await audit('check', proof, '--keys', keys)).toMatchObject({
      code: 0,
      said: expect.stringMatching(/good\n$/),
    });
    expect(await audit('check', evidence, '--pin', pin)).toMatchObject({
      code: 0,
      said: expect.stringMatching(/^keys +as of block \d+, the newest in the file.*\ngood\n$/m),
    });
  });

  it('refuses both when they are damaged', async () => {
    const badProof = await audit(
      'check',
      await damaged(proof),
      '--keys',
      keys,
      '--event',
      join(folder, 'p.event.json'),
    );
    expect(badProof).toMatchObject({ code: 1, said: expect.stringMatching(/^BAD: ERR_/) });
    const badEvidence = await audit('check', await damaged(evidence), '--pin', pin);
    expect(badEvidence).toMatchObject({ code: 1, said: expect.stringMatching(/^BAD: ERR_EVIDENCE_BAD/) });
  });

  it('refuses another event, damaged keys, and fewer cosignatures than asked for', async () => {
    const event = await damaged(join(folder, 'p.event.json'));
    const other = await audit('check', proof, '--keys', keys, '--event', event);
    expect(other).toMatchObject({ code: 1, said: expect.stringContaining('ERR_NOT_INCLUDED') });
    expect(await audit('check', proof, '--keys', await damaged(keys))).toMatchObject({ code: 1 });
    const more = await audit('check', proof, '--keys', keys, '--agencies', '4');
    expect(more).toMatchObject({ code: 1, said: expect.stringContaining('ERR_TOO_FEW_SIGNERS') });
    for (const count of ['0', 'two']) {
      const any = await audit('check', proof, '--keys', keys, '--agencies', count);
      expect(any).toMatchObject({ code: 1, said: expect.stringContaining('1 or more') });
    }
  });
});

describe('a monitor', () => {
  it('looks once, remembers, and has nothing to tell of an honest ledger', async () => {
    const state = join(folder, 'state');
    for (let run = 0; run < 2; run += 1)
      expect(await audit('follow', '--once', '--from', anchored.file, '--state', state)).toMatchObject({ code: 0 });
  });

  it('tells of a ledger that is not the one it remembers, and of a memory that is damaged', async () => {
    const state = join(folder, 'state');
    const shorter = join(folder, 'shorter.log');
    const bytes = await readFile(anchored.file);
    await writeFile(shorter, bytes.subarray(0, 8 + bytes.readUInt32BE()));
    const { code, said } = await audit('follow', '--once', '--from', shorter, '--state', state);
    expect([code, said]).toEqual([1, expect.stringContaining('ALARM ERR_FORK')]);
    const forgot = await audit('follow', '--once', '--from', anchored.file, '--state', await damaged(state));
    expect(forgot).toMatchObject({ code: 1, said: expect.stringContaining('ALARM ERR_MEMORY_DAMAGED') });
  });

  it('fails when there is nothing left that it can look at', async () => {
    const cut = join(folder, 'cut.log');
    const bytes = await readFile(anchored.file);
    const second = 8 + bytes.readUInt32BE();
    bytes.writeUInt8(bytes.readUInt8(second) ^ 1, second);
    await writeFile(cut, bytes);
    for (const [file, why] of [
      [cut, 'its length is damaged'],
      [join(folder, 'no-such-file'), 'ENOENT'],
    ] as const)
      expect(await audit('follow', '--from', file)).toMatchObject({ code: 1, said: expect.stringContaining(why) });
  });

  it(
    'tells while it watches that a ledger is shorter than it was',
    async () => {
      const place = ['--from', join(folder, 'shorter.log'), '--state', join(folder, 'state')];
      const follower = new AuditFollower(place);
      try {
        await eventually(
          () => expect(follower.said).toContain('ALARM ERR_FORK block 1: the ledger ends here'),
          minutes,
        );
      } finally {
        await follower.end('SIGKILL');
      }
    },
    2 * minutes,
  );

  it(
    'follows a file that grows, and tells of the first block that is not good',
    async () => {
      const growing = join(folder, 'growing.log');
      await copyFile(anchored.file, growing);
      const { length } = await readFile(growing);
      const follower = new AuditFollower(['--from', growing]);
      try {
        await eventually(() => expect(follower.said).toContain('followed to block'), minutes);
        await anchored.register();
        const added = (await readFile(anchored.file)).subarray(length);
        await appendFile(growing, added.subarray(0, 100));
        await appendFile(growing, added.subarray(100));
        await eventually(() => expect(follower.said.match(/followed to block/g)).toHaveLength(2), minutes);
        await appendFile(growing, added); // the same block once more
        expect(await follower.ended()).toBe(1);
        expect(follower.said).toMatch(/ALARM ERR_LEDGER_BAD block \d+: the file: it is numbered/);
      } finally {
        await follower.end('SIGKILL');
      }
    },
    3 * minutes,
  );
});

describe('a monitor of a ledger at work', () => {
  const reached = async (follower: AuditFollower): Promise<void> => {
    const { height } = await anchored.ledger.status();
    await eventually(() => expect(follower.block).toBe(height - 1), minutes);
  };

  it(
    'follows it until it is told to end, and ends with 0 when there was nothing to tell',
    async () => {
      const follower = new AuditFollower(['--from', anchored.file]);
      try {
        await reached(follower);
        await anchored.register();
        await reached(follower);
        expect([await follower.end('SIGTERM'), follower.said]).toEqual([0, expect.not.stringContaining('ALARM')]);
      } finally {
        await follower.end('SIGKILL');
      }
    },
    3 * minutes,
  );

  it(
    'tells of an agency that stops anchoring and of one that anchors another root, goes on, and ends with 1',
    async () => {
      await anchored.anchor(agencies);
      const state = join(folder, 'at-work');
      const follower = new AuditFollower(['--from', anchored.file, '--silent-blocks', '4', '--state', state]);
      try {
        await reached(follower);
        for (let round = 0; round < 2; round += 1) {
          await anchored.register();
          await anchored.anchor(agencies.slice(0, 2));
        }
        await eventually(() => expect(follower.said).toContain('ALARM ERR_ANCHOR_SILENT'), minutes);
        await anchored.register();
        await anchored.anchor(agencies.slice(1, 2), { root: new Uint8Array(32).fill(7) });
        await eventually(() => expect(follower.said).toContain('ALARM ERR_ROOT_DISPUTED'), minutes);
        await anchored.register();
        await reached(follower);
        expect(await follower.end('SIGINT')).toBe(1);
        const told = follower.said.split('\n').filter((line) => line.startsWith('ALARM'));
        expect(told).toEqual([expect.stringContaining(agencies[2]), expect.stringContaining(agencies[1])]);
        const again = await audit('follow', '--once', '--from', anchored.file, '--state', state);
        expect(again).toMatchObject({ code: 0, said: expect.not.stringContaining('ERR_ROOT_DISPUTED') });
      } finally {
        await follower.end('SIGKILL');
      }
    },
    4 * minutes,
  );
});
