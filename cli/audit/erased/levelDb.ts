import { uncompress, varintAt } from './snappy.ts';

const magic = Buffer.from('57fb808b247547db', 'hex'); // ends every table (google/leveldb, doc/table_format.md)
const footerLength = 48;
const journalBlock = 32 * 1024;
const headerLength = 7;

/**
 * What lies in a file of LevelDB, as it was before it was compressed and cut: Fabric keeps private values there. Any other
 * file comes as it is. A file that is being written may end within a piece, which is then left out.
 */
export function contentOf(name: string, bytes: Buffer): readonly Buffer[] {
  if (name.endsWith('.ldb') && bytes.subarray(-8).equals(magic)) return tableBlocks(bytes);
  if (/[\\/]\d{6,}\.log$/.test(name)) return journalRecords(bytes);
  return [bytes];
}

function tableBlocks(bytes: Buffer): readonly Buffer[] {
  const footer = bytes.subarray(-footerLength);
  const metaIndex = handleAt(footer, 0);
  const index = blockAt(bytes, handleAt(footer, metaIndex.next));
  return handlesIn(index).map((handle) => blockAt(bytes, handle));
}

type Handle = { readonly offset: number; readonly size: number };

function handleAt(bytes: Uint8Array, at: number): Handle & { readonly next: number } {
  const offset = varintAt(bytes, at);
  const size = varintAt(bytes, offset.next);
  return { offset: offset.value, size: size.value, next: size.next };
}

function blockAt(bytes: Buffer, { offset, size }: Handle): Buffer {
  const block = bytes.subarray(offset, offset + size);
  return bytes[offset + size] === 1 ? uncompress(block) : block;
}

/** The values of an index block: where the data blocks lie. */
function handlesIn(index: Buffer): readonly Handle[] {
  const restarts = index.readUInt32LE(index.length - 4);
  const end = index.length - 4 * (restarts + 1);
  const handles: Handle[] = [];
  for (let at = 0; at < end;) {
    const shared = varintAt(index, at);
    const unshared = varintAt(index, shared.next);
    const length = varintAt(index, unshared.next);
    const value = length.next + unshared.value;
    handles.push(handleAt(index, value));
    at = value + length.value;
  }
  return handles;
}

/** Records that are longer than the space left in a block of 32 KiB are cut in pieces (google/leveldb, doc/log_format.md). */
function journalRecords(bytes: Buffer): readonly Buffer[] {
  const records: Buffer[] = [];
  let pieces: Buffer[] = [];
  for (let at = 0; at + headerLength <= bytes.length;) {
    const left = journalBlock - (at % journalBlock);
    const length = bytes.readUInt16LE(at + 4);
    const type = bytes[at + 6];
    if (left < headerLength || type === 0) {
      at += left; // the rest of the block is padding
      continue;
    }
    pieces.push(bytes.subarray(at + headerLength, at + headerLength + length));
    at += headerLength + length;
    if (type === 1 || type === 4) {
      records.push(Buffer.concat(pieces));
      pieces = [];
    }
  }
  return [...records, Buffer.concat(pieces)];
}
