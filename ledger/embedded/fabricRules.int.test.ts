import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Context } from 'fabric-contract-api';
import { Contract } from '#chaincode/shim.ts';
import { decodeBlock, type Block } from '../blocks/decodeBlock.ts';
import { openEmbeddedLedger, type EmbeddedLedger } from './openEmbeddedLedger.ts';

type Step =
  | ['get' | 'delete', string]
  | ['put', string, string]
  | ['getPrivate' | 'hash' | 'purge', string]
  | ['putPrivate', string, string];

const secrets = 'secrets';

/** A contract that does what it is told, step by step, and answers what each step gave. */
class Steps extends Contract {
  constructor() {
    super('steps');
  }

  async submit(context: Context, json: string): Promise<string> {
    const { commands } = JSON.parse(json) as { commands: { data: { step: Step } }[] }; // made by `run`
    const answers: string[] = [];
    for (const { data } of commands) answers.push(await take(context, data.step));
    return JSON.stringify(answers);
  }
}

async function take({ stub }: Context, [step, key, value = '']: Step): Promise<string> {
  switch (step) {
    case 'get':
      return Buffer.from(await stub.getState(key)).toString();
    case 'getPrivate':
      return Buffer.from(await stub.getPrivateData(secrets, key)).toString();
    case 'hash':
      return Buffer.from(await stub.getPrivateDataHash(secrets, key)).toString('hex');
    case 'put':
      await stub.putState(key, Buffer.from(value));
      return '';
    case 'putPrivate':
      await stub.putPrivateData(secrets, key, Buffer.from(value));
      return '';
    case 'delete':
      await stub.deleteState(key);
      return '';
    case 'purge':
      await stub.purgePrivateData(secrets, key);
      return '';
  }
}

let directory: string;
let ledger: EmbeddedLedger;

const open = (): Promise<EmbeddedLedger> =>
  openEmbeddedLedger({
    ...{ directory, channel: 'plinth', agency: 'one', agencies: ['one', 'two', 'three'] },
    endorsement: { agencies: ['one', 'two', 'three'], required: 2 },
    classes: { [secrets]: { members: ['one', 'two'] } },
    registryKeyOf: () => new Uint8Array(32),
    contractOf: () => new Steps(),
  });

async function prepare(agency: string, ...steps: Step[]): ReturnType<EmbeddedLedger['node']['endorse']> {
  const commands = steps.map((step, index) => ({
    command: { id: `c${index}`, stream: 'agency-x', type: 'Step', data: { step }, seen: 0 },
  }));
  return ledger.as(agency).node.endorse(commands);
}

async function run(...steps: Step[]): Promise<{ readonly answers: readonly unknown[]; readonly code: number }> {
  const endorsed = await prepare('one', ...steps);
  const { code } = await endorsed.commit();
  return { answers: endorsed.outcomes, code };
}

async function lastBlock(): Promise<Block> {
  const { height } = await ledger.status();
  for await (const delivered of ledger.blocks(height - 1, new AbortController().signal)) return decodeBlock(delivered);
  throw new Error('no block');
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plinth-rules-'));
  ledger = await open();
});

afterEach(async () => {
  await ledger.close();
  await rm(directory, { recursive: true });
});

describe('a transaction', () => {
  it('never sees its own writes', async () => {
    await run(['put', 'a', 'old']);
    expect(await run(['put', 'a', 'new'], ['get', 'a'])).toEqual({ answers: ['', 'old'], code: 0 });
    expect((await run(['get', 'a'])).answers).toEqual(['new']);
  });

  it('writes its keys in the order of their bytes, which is not that of JavaScript', async () => {
    await run(['put', '\u{10ffff}', '1'], ['put', '\uffee', '2'], ['put', 'b', '3']);
    expect((await lastBlock()).transactions[0]?.writes.map(({ key }) => key)).toEqual(['b', '\uffee', '\u{10ffff}']);
  });

  it('deletes with an empty value, as with a deletion', async () => {
    await run(['put', 'a', '1'], ['put', 'b', '1']);
    await run(['put', 'a', ''], ['delete', 'b']);
    expect((await lastBlock()).transactions[0]?.writes.map(({ isDelete }) => isDelete)).toEqual([true, true]);
    expect((await run(['get', 'a'], ['get', 'b'])).answers).toEqual(['', '']);
  });

  it('is stale when somebody wrote what it had read, even what was absent or was deleted', async () => {
    await run(['put', 'kept', '1']);
    const readers = await Promise.all([prepare('one', ['get', 'kept']), prepare('one', ['get', 'absent'])]);
    await run(['delete', 'kept'], ['put', 'absent', '1']);
    const results = await Promise.all(readers.map((each) => each.commit()));
    expect(results.map(({ code }) => code)).toEqual([11, 11]);
  });

  it('may write what it has not read, whoever wrote it meanwhile', async () => {
    const writers = await Promise.all([prepare('one', ['put', 'a', '1']), prepare('one', ['put', 'a', '2'])]);
    const results = await Promise.all(writers.map((each) => each.commit()));
    expect(results.map(({ code }) => code)).toEqual([0, 0]);
    expect((await run(['get', 'a'])).answers).toEqual(['2']);
  });
});

describe('a private value', () => {
  it('can be read by members, and its hash by everybody', async () => {
    await run(['putPrivate', 'p', 'secret']);
    const [, hash] = (await run(['getPrivate', 'p'], ['hash', 'p'])).answers;
    expect((await run(['getPrivate', 'p'])).answers).toEqual(['secret']);
    expect((await prepare('three', ['hash', 'p'])).outcomes).toEqual([hash]);
    await expect(prepare('three', ['getPrivate', 'p'])).rejects.toThrow('does not hold');
  });

  it('conflicts like a public one', async () => {
    const twins = await Promise.all(
      [1, 2].map((value) => prepare('one', ['hash', 'p'], ['putPrivate', 'p', String(value)])),
    );
    expect((await Promise.all(twins.map((each) => each.commit()))).map(({ code }) => code)).toEqual([0, 11]);
    expect(await ledger.privateEntry(secrets, 'p')).toEqual(new Uint8Array(Buffer.from('1')));
  });

  it('that was purged is nowhere: not in the state, not in old blocks, after a restart not on the disk', async () => {
    await run(['putPrivate', 'p', 'purged-secret'], ['putPrivate', 'q', 'kept-secret']);
    const { number } = await lastBlock();
    await run(['purge', 'p']);
    for (const restart of [false, true]) {
      if (restart) {
        await ledger.close();
        ledger = await open();
      }
      expect((await run(['getPrivate', 'p'], ['hash', 'p'], ['getPrivate', 'q'])).answers).toEqual([
        '',
        '',
        'kept-secret',
      ]);
      for await (const delivered of ledger.blocks(number, new AbortController().signal)) {
        const [transaction] = decodeBlock(delivered).transactions;
        expect(transaction?.privateWrites.map(({ key }) => key)).toEqual(['q']);
        expect(transaction?.privateHashes).toHaveLength(2);
        break;
      }
    }
    const onDisk = await readFile(join(directory, 'private.log'), 'latin1');
    expect(onDisk).toContain('kept-secret');
    expect(onDisk).not.toContain('purged-secret');
  });
});
