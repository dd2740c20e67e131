import { emptyRoot, nodeHash } from './treeHash.ts';

/** A complete subtree: the one over the leaves from `index × 2^level` to before `(index + 1) × 2^level`. */
export type Node = { readonly level: number; readonly index: number };

/** Hash of a complete subtree; asked only for subtrees that lie within the tree. */
export type ReadHash = (level: number, index: number) => Uint8Array;

/** Leaves from `start` to before `end`, as RFC 6962 divides a tree. */
export type Range = { readonly start: number; readonly end: number };

/** Where RFC 6962 divides a range: its greatest power of two that leaves something on the right. */
export function splitOf({ start, end }: Range): number {
  let half = 1;
  while (half * 2 < end - start) half *= 2;
  return start + half;
}

/** The complete subtrees that make up a range, from left to right; their sizes fall. */
export function nodesOf({ start, end }: Range): readonly Node[] {
  const nodes: Node[] = [];
  let from = start;
  while (from < end) {
    const level = Math.floor(Math.log2(end - from)); // exact: a tree has fewer than 2^48 leaves
    nodes.push({ level, index: from / 2 ** level });
    from += 2 ** level;
  }
  return nodes;
}

/** Hash over a range. */
export function rangeHash(read: ReadHash, range: Range): Uint8Array {
  const hashes = nodesOf(range).map(({ level, index }) => read(level, index));
  return hashes.length === 0 ? emptyRoot() : hashes.reduceRight((right, left) => nodeHash(left, right));
}
