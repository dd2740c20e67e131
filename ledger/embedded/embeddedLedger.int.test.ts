import { appendFile, mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { found } from '#test/agreement.ts';
import { agencies, channel, newAgencies, newNumber, registration, schema } from '#test/registry.ts';
import { sealedKey } from '#chaincode/keys.ts';
import { decodeBlock, type Block } from '../blocks/decodeBlock.ts';
import { ledgerEventsOf, type BlockEvent } from '../blocks/ledgerEvents.ts';
import type { Ledger } from '../ledger.ts';
import { openEmbeddedLedger, type EmbeddedLedger, type EmbeddedOptions } from './openEmbeddedLedger.ts';

const all = newAgencies();
const civil = all['civil-registry'];
const [valid, duplicate, conflict] = [0, 9, 11];

let directory: string;
let ledger: EmbeddedLedger;

const options = (more: Partial<EmbeddedOptions> = {}): EmbeddedOptions => ({
  ...{ directory, channel, agency: 'civil-registry', agencies: [...agencies, 'audit-office'] },
  ...{ endorsement: { agencies, required: 2 }, classes: schema.classes },
  registryKeyOf: () => new Uint8Array(32).fill(3),
  ...more,
});

async function reopen(more: Partial<EmbeddedOptions> = {}): Promise<void> {
  await ledger.close();
  ledger = await openEmbeddedLedger(options(more));
}

async function blocksOf(from: Ledger = ledger): Promise<readonly Block[]> {
  const { height } = await from.status();
  const blocks: Block[] = [];
  for await (const delivered of from.blocks(0, new AbortController().signal)) {
    blocks.push(decodeBlock(delivered));
    if (blocks.length === height) break;
  }
  return blocks;
}

async function eventsOf(from: Ledger = ledger): Promise<readonly BlockEvent[]> {
  return (await blocksOf(from)).flatMap(ledgerEventsOf);
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plinth-embedded-'));
  ledger = await openEmbeddedLedger(options());
  await found(all, (submission, agency) => ledger.as(agency).submit(submission));
});

afterEach(async () => {
  await ledger.close();
  await rm(directory, { recursive: true });
});

describe('a committed registration', () => {
  it('is a head, a history and an event in a block, with its sealed entry', async () => {
    const submission = registration(civil.signer);
    const { stream } = submission.command;
    expect(await ledger.submit(submission)).toMatchObject({ version: 1, block: 7 });
    expect(await ledger.head(stream)).toMatchObject({ version: 1, state: { status: 'active' } });
    expect(await ledger.history(stream)).toMatchObject([
      { type: 'IdentityRegistered', by: { agency: 'civil-registry' } },
    ]);
    const last = (await eventsOf()).at(-1);
    expect(last).toMatchObject({ block: 7, transaction: 0, index: 0, event: { stream, version: 1 } });
    expect(last?.entry).toEqual(await ledger.privateEntry('identification', sealedKey(stream, 1)));
  });

  it('leaves no private value in any file', async () => {
    await ledger.submit(registration(civil.signer, { surname: [{ language: 'eng', value: 'Canary-Surname' }] }));
    for (const name of await readdir(directory)) {
      const bytes = await readFile(join(directory, name), 'latin1');
      expect(bytes).not.toContain('Canary-Surname');
      expect(bytes).not.toContain(Buffer.from('Canary-Surname').toString('base64url').slice(0, 16));
    }
  });

  it('shows its sealed entry to members of the class only, and the entry is not in the block', async () => {
    const submission = registration(civil.signer);
    await ledger.submit(submission);
    const auditor = ledger.as('audit-office');
    expect((await eventsOf(auditor)).at(-1)).not.toHaveProperty('entry');
    const key = sealedKey(submission.command.stream, 1);
    expect(await auditor.privateEntry('identification', key)).toBeUndefined();
    const entry = Buffer.from((await ledger.privateEntry('identification', key)) ?? '');
    expect(entry.length).toBeGreaterThan(100);
    expect((await readFile(join(directory, 'blocks.log'))).includes(entry)).toBe(false);
  });

  it('keeps its answer after a restart', async () => {
    const submission = registration(civil.signer);
    await ledger.submit(submission);
    const before = await eventsOf();
    await reopen();
    expect(await eventsOf()).toEqual(before);
    expect(await ledger.submit(submission)).toMatchObject({ version: 1, events: [{ type: 'IdentityRegistered' }] });
    expect(await ledger.status()).toMatchObject({ kind: 'embedded', channel, agency: 'civil-registry' });
    expect(await ledger.history(submission.command.stream)).toHaveLength(1);
  });
});

describe('two transactions that read the same state', () => {
  it('conflict when they take one number: the first counts', async () => {
    const twins = { identityNumber: newNumber() };
    const endorsed = await Promise.all([1, 2].map(() => ledger.node.endorse([registration(civil.signer, twins)])));
    const results = await Promise.all(endorsed.map((each) => each.commit()));
    expect(results).toEqual([
      { code: valid, block: 7 },
      { code: conflict, block: 7 },
    ]);
    expect((await eventsOf()).filter(({ block }) => block === 7)).toHaveLength(1);
  });
});

describe('a signed transaction', () => {
  it('takes effect once, however often it is ordered', async () => {
    const endorsed = await ledger.node.endorse([registration(civil.signer)]);
    expect(await endorsed.commit()).toMatchObject({ code: valid });
    expect(await endorsed.commit()).toMatchObject({ code: duplicate });
    await reopen();
    expect((await blocksOf()).map(({ transactions }) => transactions[0]?.code)).toEqual([
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      valid,
      duplicate,
    ]);
  });

  it('is not endorsed when its time is far from the clocks of the agencies', async () => {
    const at = new Date(Date.now() - 150_000);
    await expect(ledger.node.endorse([registration(civil.signer)], at)).rejects.toThrow('incorrect timestamp');
    await reopen({ clockOffsets: { 'election-office': -150_000, 'social-protection': 90_000 } });
    await expect(ledger.node.endorse([registration(civil.signer)])).rejects.toThrow('incorrect timestamp');
  });

  it('is not endorsed when too few agencies may see its private values', async () => {
    await reopen({ classes: { ...schema.classes, identification: { members: ['civil-registry', 'audit-office'] } } });
    await expect(ledger.node.endorse([registration(civil.signer)])).rejects.toThrow('too few agencies');
  });
});

describe('agencies whose contracts differ', () => {
  it('do not agree, and nothing is ordered', async () => {
    await reopen({ registryKeyOf: (agency) => new Uint8Array(32).fill(agency.length) });
    await expect(ledger.node.endorse([registration(civil.signer)])).rejects.toThrow('not deterministic');
    expect(await ledger.status()).toMatchObject({ height: 7 });
  });
});

describe('agencies that endorse in processes of their own, in other time zones with other clocks', () => {
  const elsewhere: Partial<EmbeddedOptions> = {
    endorsers: 'child-processes',
    clockOffsets: { 'civil-registry': 40_000, 'election-office': -40_000 },
  };

  it('agree on the same bytes, and the blocks are those of one process', async () => {
    await reopen(elsewhere);
    const submissions = agencies.map((agency) => ({ agency, submission: registration(all[agency].signer) }));
    for (const { agency, submission } of submissions)
      expect(await ledger.as(agency).submit(submission)).toMatchObject({ version: 1 });
    await reopen();
    for (const { submission } of submissions) expect(await ledger.history(submission.command.stream)).toHaveLength(1);
  });

  it('say whose clock is too far away', async () => {
    await reopen({ ...elsewhere, clockOffsets: { 'election-office': 125_000 } });
    await expect(ledger.node.endorse([registration(civil.signer)])).rejects.toThrow('incorrect timestamp');
  });
});

describe('the stream of blocks', () => {
  it('goes from old to live without a gap, until it is told to stop', async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { number } of ledger.blocks(3, stop.signal)) {
        seen.push(number);
        if (number === 4) void ledger.submit(registration(civil.signer));
        if (number === 5) stop.abort();
      }
    })();
    await reading;
    expect(seen).toEqual([3, 4, 5]);
  });

  it('refuses to begin beyond the end: whoever asks has seen another ledger', async () => {
    const blocks = ledger.blocks(9, new AbortController().signal);
    await expect(blocks[Symbol.asyncIterator]().next()).rejects.toThrow('block 9');
  });
});

describe('a crash', () => {
  const blocksFile = () => join(directory, 'blocks.log');

  it('in the middle of a block loses that block only, which nobody was told of', async () => {
    await ledger.submit(registration(civil.signer));
    const before = await eventsOf();
    await ledger.close();
    await appendFile(blocksFile(), Buffer.from('000010ff0102', 'hex'));
    ledger = await openEmbeddedLedger(options());
    expect(await eventsOf()).toEqual(before);
    expect(await ledger.submit(registration(civil.signer))).toMatchObject({ block: 8 });
  });

  it('between the private data and their block leaves neither', async () => {
    const submission = registration(civil.signer);
    await ledger.submit(registration(civil.signer));
    await ledger.submit(submission);
    await ledger.close();
    await truncate(blocksFile(), (await readFile(blocksFile())).length - 10);
    ledger = await openEmbeddedLedger(options());
    expect(await ledger.head(submission.command.stream)).toBeUndefined();
    expect(await ledger.privateEntry('identification', sealedKey(submission.command.stream, 1))).toBeUndefined();
    expect(await ledger.submit(submission)).toMatchObject({ version: 1, block: 8 });
    await reopen();
    expect((await eventsOf()).at(-1)).toHaveProperty('entry');
  });

  it('is told apart from damage: a changed byte among the old blocks stops the start', async () => {
    await ledger.close();
    const bytes = await readFile(blocksFile());
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8(damaged.readUInt8(20_000) ^ 1, 20_000);
    await writeFile(blocksFile(), damaged);
    await expect(openEmbeddedLedger(options())).rejects.toThrow('damaged');
    await writeFile(blocksFile(), bytes);
    ledger = await openEmbeddedLedger(options());
  });

  it.each([0, 1, 2, 3, 7])(
    'is told apart from a damaged length, behind which everything would be lost: byte %d',
    async (place) => {
      await ledger.close();
      const bytes = await readFile(blocksFile());
      const second = 8 + bytes.readUInt32BE();
      for (const at of [place, second + place]) {
        const damaged = Buffer.from(bytes);
        damaged.writeUInt8(damaged.readUInt8(at) ^ 0x40, at);
        await writeFile(blocksFile(), damaged);
        await expect(openEmbeddedLedger(options())).rejects.toThrow('damaged');
      }
      await writeFile(blocksFile(), bytes);
      ledger = await openEmbeddedLedger(options());
    },
  );

  it('of private data is noticed: a value must have the hash that its block names', async () => {
    await ledger.submit(registration(civil.signer));
    await ledger.close();
    const path = join(directory, 'private.log');
    const bytes = await readFile(path);
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8(damaged.readUInt8(bytes.length - 200) ^ 1, bytes.length - 200);
    await writeFile(path, damaged);
    await expect(openEmbeddedLedger(options())).rejects.toThrow('do not match');
    await writeFile(path, bytes);
    ledger = await openEmbeddedLedger(options());
  });
});

describe('a directory in use', () => {
  it('cannot be opened twice', async () => {
    await expect(openEmbeddedLedger(options())).rejects.toThrow('open already');
  });
});
