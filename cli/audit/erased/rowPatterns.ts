import type { SealedPlace } from './ledgerTrace.ts';

/** Bytes to look for in a file, and what it would mean to find them. */
export type FilePattern = {
  readonly what: string;
  readonly bytes: Buffer;
  /** Sealed values, which transport keys open and nothing else. */
  readonly isSealed: boolean;
};

/**
 * How a row that opens or finds something of the person begins in PostgreSQL's files, dead or alive: stream, version, and
 * the beginning of the third column. Rows of public facts go on otherwise. `mark`: that of the node's key-encryption key.
 */
export function rowPatterns(places: readonly SealedPlace[], mark: Uint8Array): readonly FilePattern[] {
  return places.flatMap(({ stream, version, class: className }) => {
    const rowOf = (what: string, third: Buffer, isSealed = false) => ({
      what: `a row with ${what}`,
      bytes: row(stream, version, third),
      isSealed,
    });
    return [
      rowOf('the content key, under the present key of the node', wrapped(mark)),
      rowOf('the sealed values', text(className), true),
      ...indexKinds.map((kind) => rowOf(`an index of kind ${kind}`, text(kind))),
    ];
  });
}

/** How the row with the key of a sealed access record goes on after its id: the person's stream, then the key. */
export function accessKeyPatterns(subject: string | undefined, mark: Uint8Array): readonly FilePattern[] {
  if (subject === undefined) return [];
  const bytes = Buffer.concat([text(`access-${subject}`), wrapped(mark)]);
  return [
    { what: 'a row with the key of an access record, under the present key of the node', bytes, isSealed: false },
  ];
}

const indexKinds = ['number', 'enrolment'];
const wrappedLength = 64; // mark, nonce, key and tag

// A short value has one byte for its length, itself counted (PostgreSQL, "Database Page Layout" and varatt.h); an integer
// begins at a multiple of four, counted from the beginning of the row's values.
function row(stream: string, version: number, third: Buffer): Buffer {
  const name = text(stream);
  const number = Buffer.alloc(4);
  number.writeInt32LE(version);
  return Buffer.concat([name, Buffer.alloc((4 - (name.length % 4)) % 4), number, third]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.of(((bytes.length + 1) << 1) | 1), bytes]);
}

function wrapped(mark: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of((((wrappedLength + 1) << 1) | 1) & 255), mark]);
}

/** How a sealed entry says where it belongs: at its end, in clear. Public facts write the same words in another order. */
export function placePatterns(streams: readonly string[]): readonly FilePattern[] {
  return streams.map((stream) => ({
    what: 'sealed values',
    isSealed: true,
    bytes: Buffer.from(`"stream":${JSON.stringify(stream)},"version":`),
  }));
}
