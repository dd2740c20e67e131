import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { common } from '@hyperledger/fabric-protos';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { blocksOfFile } from './blockFiles.ts';

let directory: string;

function block(number: number): Buffer {
  const header = new common.BlockHeader();
  header.setNumber(number);
  header.setDataHash(Buffer.alloc(32, 1));
  header.setPreviousHash(Buffer.alloc(32, 2));
  const content = new common.BlockData();
  content.setDataList([Buffer.alloc(200, 3), Buffer.of(4)]);
  const metadata = new common.BlockMetadata();
  metadata.setMetadataList([Buffer.of(5), Buffer.alloc(0)]);
  const message = new common.Block();
  message.setHeader(header);
  message.setData(content);
  message.setMetadata(metadata);
  return Buffer.from(message.serializeBinary());
}

/** A record of an embedded ledger's file. */
function logged(bytes: Buffer): Buffer {
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32BE(bytes.length);
  prefix.writeUInt32BE(crc32(prefix.subarray(0, 4)), 4);
  return Buffer.concat([prefix, bytes]);
}

/** The same block as a peer stores it: numbers and lengths as protobuf writes them, and no tags. */
function stored(number: number): Buffer {
  const hashes = [Buffer.of(32), Buffer.alloc(32, 1), Buffer.of(32), Buffer.alloc(32, 2)];
  const envelopes = [Buffer.of(2, 200, 1), Buffer.alloc(200, 3), Buffer.of(1, 4)];
  const record = Buffer.concat([Buffer.of(number), ...hashes, ...envelopes, Buffer.of(2, 1, 5, 0)]);
  return Buffer.concat([Buffer.of((record.length % 128) | 128, Math.floor(record.length / 128)), record]);
}

async function read(name: string): Promise<readonly Buffer[]> {
  const blocks: Buffer[] = [];
  for await (const bytes of blocksOfFile(join(directory, name))) blocks.push(Buffer.from(bytes));
  return blocks;
}

const write = (name: string, ...records: readonly Buffer[]) =>
  writeFile(join(directory, name), Buffer.concat([...records]));

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plinth-block-files-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe("an embedded ledger's file", () => {
  it('gives its blocks', async () => {
    await write('blocks.log', logged(block(0)), logged(block(1)));
    expect(await read('blocks.log')).toEqual([block(0), block(1)]);
  });

  it('names the block within which it ends', async () => {
    await write('blocks.log', logged(block(0)), logged(block(1)).subarray(0, 100));
    await expect(read('blocks.log')).rejects.toThrow('ERR_BLOCK_FILE: block 1: the file ends within it');
  });

  it('names the block whose length is damaged', async () => {
    const damaged = logged(block(1));
    damaged.writeUInt8(9, 0);
    await write('blocks.log', logged(block(0)), damaged);
    await expect(read('blocks.log')).rejects.toThrow('ERR_BLOCK_FILE: block 1: its length is damaged');
  });
});

describe("a peer's block store", () => {
  it('gives its blocks, over all files of its folder', async () => {
    await write('blockfile_000000', stored(0), stored(1));
    await write('blockfile_000001', stored(2));
    expect(await read('')).toEqual([block(0), block(1), block(2)]);
  });

  it('names the block that does not fit its length', async () => {
    const damaged = stored(1);
    damaged.writeUInt8(33, 3);
    await write('blockfile_000000', stored(0), damaged);
    await expect(read('blockfile_000000')).rejects.toThrow('ERR_BLOCK_FILE: block 1: a stored block');
  });
});

describe('the store of a peer that was made from a snapshot', () => {
  it('is said to hold no history', async () => {
    await write('bootstrappingSnapshot.info', Buffer.of(8, 74));
    await write('blockfile_000000', stored(75));
    await expect(read('')).rejects.toThrow('ERR_NO_HISTORY: block 0: this peer was made from a snapshot');
  });
});

describe('a place without blocks', () => {
  it('is said to be one', async () => {
    await expect(read('nowhere')).rejects.toThrow('there is nothing');
    await expect(read('')).rejects.toThrow('holds no blockfile_000000');
  });
});
