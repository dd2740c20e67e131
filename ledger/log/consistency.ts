import { type Node, nodesOf, type Range, rangeHash, type ReadHash, splitOf } from './subtree.ts';
import { emptyRoot, hashLength, nodeHash } from './treeHash.ts';

/** RFC 6962 §2.1.2: shows that the tree of `size` leaves begins with that of `oldSize`. Throws a RangeError if that is larger. */
export function consistencyProof(read: ReadHash, oldSize: number, size: number): readonly Uint8Array[] {
  return ranges(oldSize, size).map((range) => rangeHash(read, range));
}

/** The subtrees whose hashes a consistency proof is made of, to fetch them before. */
export function consistencyNodes(oldSize: number, size: number): readonly Node[] {
  return ranges(oldSize, size).flatMap(nodesOf);
}

/** A tree as a checkpoint tells it. */
export type TreeHead = { readonly size: number; readonly root: Uint8Array };

/** Whether the new tree begins with the old one. */
export function verifyConsistency(proof: readonly Uint8Array[], old: TreeHead, grown: TreeHead): boolean {
  const hashes = [...proof, old.root, grown.root];
  if (!areSizes(old.size, grown.size) || hashes.some(({ length }) => length !== hashLength)) return false;
  if (old.size === 0) return proof.length === 0 && same(old.root, emptyRoot());
  const roots = fold(proof, { start: 0, end: grown.size }, old);
  return roots !== undefined && same(roots.old, old.root) && same(roots.grown, grown.root);
}

function areSizes(oldSize: number, size: number): boolean {
  return Number.isSafeInteger(oldSize) && Number.isSafeInteger(size) && oldSize >= 0 && oldSize <= size;
}

const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

function ranges(oldSize: number, size: number): readonly Range[] {
  if (!areSizes(oldSize, size)) throw new RangeError(`a tree of ${size} leaves never had ${oldSize}`);
  return oldSize === 0 ? [] : rangesWithin(oldSize, { start: 0, end: size });
}

// The old tree's own root is known to whoever checks, so a proof leaves it out where it is a whole subtree.
function rangesWithin(oldSize: number, range: Range): readonly Range[] {
  if (oldSize === range.end) return range.start === 0 ? [] : [range];
  const split = splitOf(range);
  return oldSize <= split
    ? [...rangesWithin(oldSize, { ...range, end: split }), { start: split, end: range.end }]
    : [...rangesWithin(oldSize, { start: split, end: range.end }), { start: range.start, end: split }];
}

type Roots = { readonly old: Uint8Array; readonly grown: Uint8Array };

function fold(proof: readonly Uint8Array[], range: Range, old: TreeHead): Roots | undefined {
  const last = proof.at(-1);
  if (old.size === range.end) {
    const known = range.start === 0 ? old.root : last;
    const expected = range.start === 0 ? 0 : 1;
    return known === undefined || proof.length !== expected ? undefined : { old: known, grown: known };
  }
  if (last === undefined) return undefined;
  const split = splitOf(range);
  const onLeft = old.size <= split;
  const below = fold(proof.slice(0, -1), onLeft ? { ...range, end: split } : { start: split, end: range.end }, old);
  if (below === undefined) return undefined;
  return onLeft
    ? { old: below.old, grown: nodeHash(below.grown, last) }
    : { old: nodeHash(last, below.old), grown: nodeHash(last, below.grown) };
}
