import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { blockOfStore, varintOf } from '#ledger/verify/storedBlock.ts';

const storeName = /^blockfile_\d{6}$/;
const snapshotName = 'bootstrappingSnapshot.info';
const fromSnapshot = 'this peer was made from a snapshot and has no blocks from before it; take another one';
const longestLength = 8; // bytes before a block at most, in either kind of file

/** A file of blocks that is cut short or damaged where no block can say so. */
export class BlockFileFault extends Error {
  readonly code: 'ERR_BLOCK_FILE' | 'ERR_NO_HISTORY';

  constructor(block: number, reason: string, code: BlockFileFault['code'] = 'ERR_BLOCK_FILE') {
    super(`${code}: block ${block}: ${reason}`);
    this.code = code;
    this.name = 'BlockFileFault';
  }
}

/** The serialised blocks of an embedded ledger's blocks.log, of a peer's or orderer's blockfile, or of the folder of those. */
export async function* blocksOfFile(path: string): AsyncGenerator<Uint8Array> {
  const files = await filesOf(path);
  let number = 0;
  for (const file of files) {
    const isStore = storeName.test(basename(file));
    for await (const record of recordsOf(file, isStore ? storePrefix : logPrefix, () => number)) {
      yield isStore ? storedBlock(record, number) : record;
      number += 1;
    }
  }
}

async function filesOf(path: string): Promise<readonly string[]> {
  if (!(await isDirectory(path))) return [path];
  const all = await readdir(path);
  if (all.includes(snapshotName)) throw new BlockFileFault(0, fromSnapshot, 'ERR_NO_HISTORY');
  const names = all.filter((name) => storeName.test(name)).sort();
  if (names.length === 0) throw new BlockFileFault(0, 'the folder holds no blockfile_000000');
  return names.map((name) => join(path, name));
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    throw new BlockFileFault(0, `there is nothing at ${path}`);
  }
}

type Prefix = { readonly length: number; readonly size: number } | string;

async function* recordsOf(
  file: string,
  readPrefix: (bytes: Buffer) => Prefix,
  number: () => number,
): AsyncGenerator<Uint8Array> {
  let rest = Buffer.alloc(0);
  let due = longestLength;
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    rest = Buffer.concat([rest, chunk as Buffer]); // a stream without an encoding gives buffers
    for (; rest.length >= due;) {
      const prefix = readPrefix(rest);
      if (typeof prefix === 'string') throw new BlockFileFault(number(), prefix);
      due = prefix.size + prefix.length;
      if (rest.length < due) break;
      yield rest.subarray(prefix.size, due);
      rest = rest.subarray(due);
      due = longestLength;
    }
  }
  if (rest.length > 0) throw new BlockFileFault(number(), 'the file ends within it');
}

/** The record that these bytes of an embedded ledger's file begin with, and where it ends; undefined while it is not whole. */
export function recordIn(
  bytes: Buffer,
  number: number,
): { readonly bytes: Uint8Array; readonly end: number } | undefined {
  if (bytes.length < longestLength) return undefined;
  const prefix = logPrefix(bytes);
  if (typeof prefix === 'string') throw new BlockFileFault(number, prefix);
  const end = prefix.size + prefix.length;
  return bytes.length < end ? undefined : { bytes: bytes.subarray(prefix.size, end), end };
}

/** An embedded ledger's record: its length and the CRC-32 of these four bytes. */
function logPrefix(bytes: Buffer): Prefix {
  if (crc32(bytes.subarray(0, 4)) !== bytes.readUInt32BE(4)) return 'its length is damaged';
  return { length: bytes.readUInt32BE(), size: 8 };
}

function storePrefix(bytes: Buffer): Prefix {
  try {
    const { value, size } = varintOf(bytes);
    return { length: value, size };
  } catch {
    return 'its length is damaged';
  }
}

function storedBlock(record: Uint8Array, number: number): Uint8Array {
  try {
    return blockOfStore(record);
  } catch (error) {
    throw new BlockFileFault(number, error instanceof Error ? error.message : 'cannot be read');
  }
}
