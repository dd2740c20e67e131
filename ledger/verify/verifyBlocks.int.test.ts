import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { common } from '@hyperledger/fabric-protos';
import { forge, withHighS, type Forgery } from '#test/forgery.ts';
import { found } from '#test/agreement.ts';
import { agencies, channel, newAgencies, newNumber, order, registration, schema } from '#test/registry.ts';
import { openMspKeys, type MspKeys } from '../embedded/mspKeys.ts';
import { openEmbeddedLedger, type EmbeddedLedger } from '../embedded/openEmbeddedLedger.ts';
import type { Report } from './report.ts';
import type { Trust } from './audit.ts';
import { verifyBlocks } from './verifyBlocks.ts';

const { COMMIT_HASH, SIGNATURES, TRANSACTIONS_FILTER } = common.BlockMetadataIndex;
const [crowded, last] = [8, 9]; // blocks: one with a conflict and two repetitions, one with a single second event
const seeds = Array.from({ length: 12 }, (_, index) => index / 12);

let directory: string;
let mspKeys: MspKeys;
let blocks: readonly Uint8Array[];
let pinnedConfig: string;

async function verify(changed: readonly Uint8Array[], trust: Trust = { pinnedConfig }): Promise<Report> {
  async function* each(): AsyncGenerator<Uint8Array> {
    for (const block of changed) yield await Promise.resolve(block);
  }
  return verifyBlocks(each(), trust);
}

/** The blocks with another one in this place. */
function withBlock(number: number, change: (block: Uint8Array) => Uint8Array): readonly Uint8Array[] {
  return blocks.map((block, index) => (index === number ? change(block) : block));
}

const flipped = (bytes: Uint8Array, part = 0.5): Uint8Array => {
  const changed = Buffer.from(bytes);
  const at = Math.floor(part * bytes.length);
  changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
  return changed;
};

function withMessage(number: number, change: (block: common.Block) => void): readonly Uint8Array[] {
  return withBlock(number, (bytes) => {
    const block = common.Block.deserializeBinary(bytes);
    change(block);
    return block.serializeBinary();
  });
}

function withMetadata(number: number, part: number, change: (bytes: Uint8Array) => Uint8Array): readonly Uint8Array[] {
  return withMessage(number, (block) => {
    const metadata = block.getMetadata();
    metadata?.setMetadataList(
      metadata.getMetadataList_asU8().map((bytes, index) => (index === part ? change(bytes) : bytes)),
    );
  });
}

function withSignature(change: (signature: Uint8Array) => Uint8Array): readonly Uint8Array[] {
  return withMetadata(last, SIGNATURES, (bytes) => {
    const metadata = common.Metadata.deserializeBinary(bytes);
    for (const each of metadata.getSignaturesList()) each.setSignature(change(each.getSignature_asU8()));
    return metadata.serializeBinary();
  });
}

const forged = (forgery: Forgery): readonly Uint8Array[] =>
  withBlock(last, (block) => forge(block, blocks[last - 1] ?? new Uint8Array(), mspKeys, forgery));

async function fill(ledger: EmbeddedLedger): Promise<void> {
  const all = newAgencies();
  const { signer } = all['civil-registry'];
  await found(all, (submission, agency) => ledger.as(agency).submit(submission));
  const first = registration(signer);
  await (await ledger.node.endorse([first, ...[1, 2, 3].map(() => registration(signer))])).commit();
  const twins = { identityNumber: newNumber() };
  const endorsed = await Promise.all([1, 2].map(() => ledger.node.endorse([registration(signer, twins)])));
  await Promise.all([...endorsed, ...endorsed].map((each) => each.commit()));
  const { stream } = first.command;
  const suspension = { stream, type: 'SuspendIdentity', data: { reason: 'suspected-fraud' }, seen: 1 };
  await ledger.submit(order(suspension, { signer }));
}

async function blocksOf(ledger: EmbeddedLedger): Promise<readonly Uint8Array[]> {
  const { height } = await ledger.status();
  const read: Uint8Array[] = [];
  for await (const { bytes } of ledger.blocks(0, new AbortController().signal)) {
    read.push(bytes);
    if (read.length === height) break;
  }
  return read;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plinth-verify-'));
  const members = [...agencies, 'audit-office'];
  const ledger = await openEmbeddedLedger({
    ...{ directory, channel, agency: 'civil-registry', agencies: members, classes: schema.classes },
    ...{ endorsement: { agencies, required: 2 }, registryKeyOf: () => new Uint8Array(32).fill(3) },
  });
  await fill(ledger);
  blocks = await blocksOf(ledger);
  await ledger.close();
  mspKeys = await openMspKeys(directory, members);
  pinnedConfig = (await verify(blocks, {})).first;
}, 60_000);

afterAll(() => rm(directory, { recursive: true }));

describe('the blocks of an honest ledger', () => {
  it('are good, also where a block holds a conflict and repetitions', async () => {
    const report = await verify(blocks);
    expect(report).not.toHaveProperty('fault');
    expect(report).toMatchObject({ blocks: 10, transactions: 13, valid: 10, configurations: 1, channel });
    expect(report).toMatchObject({ events: 12, streams: 10, signatures: { orderers: 9 } });
  });

  it('are no blocks of a channel with another first configuration', async () => {
    const { fault } = await verify(blocks, { pinnedConfig: 'ab'.repeat(32) });
    expect(fault).toMatchObject({
      block: 0,
      what: expect.stringMatching(/^its hash is [0-9a-f]{64}, and (ab)+ is pinned$/),
    });
  });
});

describe('a chain', () => {
  it.each([1, 3, last - 1])('without block %i is refused there', async (number) => {
    const { fault } = await verify(blocks.filter((_, index) => index !== number));
    expect(fault).toMatchObject({ block: number, what: `it is numbered ${number + 1}, and ${number} is due` });
  });

  it('with two blocks swapped is refused at the first of them', async () => {
    const swapped = [...blocks.slice(0, 3), ...blocks.slice(3, 5).reverse(), ...blocks.slice(5)];
    expect((await verify(swapped)).fault).toMatchObject({ block: 3, what: 'it is numbered 4, and 3 is due' });
  });

  it('with a block that names another one before it is refused', async () => {
    const other = withMessage(4, (block) => block.getHeader()?.setPreviousHash(new Uint8Array(32)));
    expect((await verify(other)).fault).toMatchObject({ block: 4, what: expect.stringContaining('previous hash') });
  });
});

describe('a block with one bit changed', () => {
  it.each(seeds)('at %f of its length is refused by its number, whichever block it is', async (part) => {
    for (const number of blocks.keys()) {
      const { fault } = await verify(withBlock(number, (block) => flipped(block, part)));
      expect(fault?.block).toBe(number);
    }
  });

  it.each(seeds)('at %f of its metadata is refused by its number, whichever block it is', async (part) => {
    for (const number of blocks.keys())
      for (const place of [SIGNATURES, TRANSACTIONS_FILTER, COMMIT_HASH]) {
        const changed = withMetadata(number, place, (bytes) => (bytes.length === 0 ? bytes : flipped(bytes, part)));
        if (Buffer.concat(changed).equals(Buffer.concat(blocks))) continue; // block 0 has no commit hash
        expect((await verify(changed)).fault?.block).toBe(number);
      }
  });

  it('in a transaction does not have the data hash of its header', async () => {
    const changed = withMessage(5, (block) => {
      const content = block.getData();
      content?.setDataList(content.getDataList_asU8().map((bytes) => flipped(bytes)));
    });
    expect((await verify(changed)).fault).toMatchObject({ block: 5, what: expect.stringContaining('data hash') });
  });

  it("in an orderer's signature is not signed", async () => {
    const { fault } = await verify(withSignature((signature) => flipped(signature, 0.9)));
    expect(fault).toMatchObject({ block: last, what: 'orderer 1: a signature that does not hold' });
  });
});

describe('what nobody signs', () => {
  const withFlag = (number: number, transaction: number, code: number) =>
    withMetadata(number, TRANSACTIONS_FILTER, (codes) => codes.with(transaction, code));

  it('cannot hide a valid transaction', async () => {
    const { fault } = await verify(withFlag(5, 0, 10));
    expect(fault).toMatchObject({
      block: 5,
      transaction: 0,
      what: 'it is marked invalid (10), but nothing is wrong with it',
    });
  });

  it.each([
    [1, 'what it read had changed (MVCC)'],
    [2, 'its id was there before'],
  ])('cannot make transaction %i count', async (transaction, why) => {
    const { fault } = await verify(withFlag(crowded, transaction, 0));
    expect(fault).toMatchObject({ block: crowded, transaction, what: `it is marked valid, but ${why}` });
  });

  it('cannot claim another state', async () => {
    const changed = withMetadata(last, COMMIT_HASH, (bytes) => flipped(bytes, 0.9));
    const what = 'its commit hash is not that of its flags and writes';
    expect((await verify(changed)).fault).toMatchObject({ block: last, what });
  });
});

describe('a signature with a high s', () => {
  it('is no signature of an orderer', async () => {
    const { fault } = await verify(withSignature(withHighS));
    expect(fault).toMatchObject({ block: last, what: 'orderer 1: a signature with a high s' });
  });

  it('is no signature of a creator', async () => {
    const { fault } = await verify(forged({ endorsers: agencies, signature: withHighS }));
    const what = 'it is marked valid, but its creator: a signature with a high s';
    expect(fault).toMatchObject({ block: last, transaction: 0, what });
  });
});

describe('a transaction that all its signers made anew', () => {
  it('is good as long as it says what it said', async () => {
    expect(await verify(forged({ endorsers: agencies }))).not.toHaveProperty('fault');
  });

  it.each([[['election-office']], [['election-office', 'election-office']], [['election-office', 'audit-office']]])(
    'does not count when %j endorsed it',
    async (endorsers) => {
      const what = 'it is marked valid, but too few agencies endorsed registry';
      expect((await verify(forged({ endorsers }))).fault).toMatchObject({ block: last, transaction: 0, what });
    },
  );

  it.each([
    ['prev', (value: string) => value.replace(/"prev":"[^"]{43}"/, `"prev":"${'A'.repeat(43)}"`), '(prev)'],
    ['version', (value: string) => value.replace('"version":2', '"version":3'), 'says that it is another'],
    ['command', (value: string) => value.replace(/"command":"[^"]+"/, '"command":"other"'), 'was not given'],
    ['agency', (value: string) => value.replace('"agency":"civil', '"agency":"other'), 'speaks for another agency'],
    ['data', (value: string) => value.replace('suspected-fraud', 'court-order'), 'is not that of its events'],
    ['form', (value: string) => value.replace('{', '{ '), 'is not canonical JSON'],
  ])('cannot break the chain of its stream by another %s', async (_name, event, what) => {
    const { fault } = await verify(forged({ endorsers: agencies, event }));
    expect(fault).toMatchObject({ block: last, transaction: 0, what: expect.stringContaining(what) });
  });
});

describe('a stream that does not go on from its own past', () => {
  it.each([
    ['an event after another one', (value: string) => value.replace(/"prev":"[^"]{43}"/, `"prev":"${'A'.repeat(43)}"`)],
    ['an event that its head does not name', (value: string) => value.replace('suspected-fraud', 'court-order')],
  ])('has a name of its own among what can be wrong: %s', async (_what, event) => {
    const { fault } = await verify(forged({ endorsers: agencies, event }));
    expect(fault).toMatchObject({ block: last, code: 'ERR_STREAM_REWRITTEN' });
  });
});
