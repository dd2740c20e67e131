import { hash } from 'node:crypto';

/** Length of every hash of a tree. */
export const hashLength = 32;

const leafPrefix = Buffer.of(0);
// One buffer for every pair: a new one for each costs as much as its hash.
const pair = Buffer.alloc(1 + 2 * hashLength);
pair.writeUInt8(1);

/** RFC 6962: the hash of an entry, given as bytes or as a text in UTF-8. */
export function leafHash(entry: Uint8Array | string): Buffer {
  return hash('sha256', typeof entry === 'string' ? `\u0000${entry}` : Buffer.concat([leafPrefix, entry]), 'buffer');
}

/** RFC 6962: the hash over two neighbours. Throws a RangeError unless both are hashes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  if (left.length !== hashLength || right.length !== hashLength) throw new RangeError('neighbours are hashes');
  pair.set(left, 1);
  pair.set(right, 1 + hashLength);
  return hash('sha256', pair, 'buffer');
}

/** The root of a tree without leaves. */
export function emptyRoot(): Buffer {
  return hash('sha256', Buffer.alloc(0), 'buffer');
}
