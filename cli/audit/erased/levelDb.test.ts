import { describe, expect, it } from '@jest/globals';
import { contentOf } from './levelDb.ts';
import { uncompress } from './snappy.ts';

const text = 'sealed values of a person, sealed values of a person';

// What google/snappy writes for the text: a literal of 27 bytes, then a copy of 25 from 27 bytes before.
const compressed = Buffer.concat([
  Buffer.of(52, (27 - 1) << 2),
  Buffer.from(text.slice(0, 27)),
  Buffer.of(((25 - 1) << 2) | 2, 27, 0),
]);

describe('a Snappy block', () => {
  it('is read with its copies', () => expect(uncompress(compressed).toString()).toBe(text));

  it('may copy what it is just writing', () => {
    // One literal byte, and a copy of seven from one byte before.
    expect(uncompress(Buffer.of(8, 0, 97, ((7 - 4) << 2) | 1, 1)).toString()).toBe('aaaaaaaa');
  });

  it('has long literals with their length in bytes of its own', () => {
    const long = Buffer.alloc(300, 'x');
    expect(uncompress(Buffer.concat([Buffer.of(0xac, 2, 61 << 2, 43, 1), long]))).toEqual(long);
  });

  it.each([
    ['cut short', compressed.subarray(0, -1)],
    ['that copies from before its beginning', Buffer.of(8, 0, 97, ((7 - 4) << 2) | 1, 2)],
    ['that is shorter than it says', Buffer.of(9, 0, 97, ((7 - 4) << 2) | 1, 1)],
  ])('%s is none', (_what, bytes) => expect(() => uncompress(bytes)).toThrow());
});

describe('a table of LevelDB', () => {
  it('gives its blocks as they were before compression', () => {
    const found = contentOf(
      '/peer/000042.ldb',
      table([
        { type: 1, bytes: compressed },
        { type: 0, bytes: Buffer.from('plain') },
      ]),
    );
    expect(found.map(String)).toEqual([text, 'plain']);
  });
});

describe('a journal of LevelDB', () => {
  it('gives a record whole that was cut at the end of a block', () => {
    const [first, second] = [Buffer.alloc(32 * 1024 - 7 - 7 - 5, 'a'), Buffer.from(text)];
    const journal = Buffer.concat([piece(1, first), piece(2, second.subarray(0, 5)), piece(4, second.subarray(5))]);
    expect(contentOf('/peer/000043.log', journal).map(String)).toEqual([first.toString(), text, '']);
  });

  it('is not what any other log is', () => {
    expect(contentOf('/peer/peer.log', Buffer.from('a line')).map(String)).toEqual(['a line']);
  });
});

/** A table as google/leveldb describes it, without the checksums, which nobody here reads. */
function table(blocks: readonly { readonly type: number; readonly bytes: Buffer }[]): Buffer {
  let file = Buffer.alloc(0);
  const add = ({ type, bytes }: { readonly type: number; readonly bytes: Buffer }) => {
    const handle = Buffer.concat([varint(file.length), varint(bytes.length)]);
    file = Buffer.concat([file, bytes, Buffer.of(type), Buffer.alloc(4)]);
    return handle;
  };
  const entries = blocks
    .map(add)
    .map((handle, index) => Buffer.concat([Buffer.of(0, 1, handle.length, index), handle]));
  const restarts = Buffer.alloc(8);
  restarts.writeUInt32LE(1, 4);
  const index = add({ type: 0, bytes: Buffer.concat([...entries, restarts]) });
  const handles = Buffer.concat([Buffer.of(0, 0), index]);
  const footer = Buffer.concat([handles, Buffer.alloc(40 - handles.length), Buffer.from('57fb808b247547db', 'hex')]);
  return Buffer.concat([file, footer]);
}

function varint(value: number): Buffer {
  return value < 128 ? Buffer.of(value) : Buffer.concat([Buffer.of((value & 127) | 128), varint(value >>> 7)]);
}

function piece(type: number, bytes: Buffer): Buffer {
  const header = Buffer.alloc(7);
  header.writeUInt16LE(bytes.length, 4);
  header[6] = type;
  return Buffer.concat([header, bytes]);
}
