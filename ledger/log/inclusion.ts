import { type Node, nodesOf, type Range, rangeHash, type ReadHash, splitOf } from './subtree.ts';
import { hashLength, nodeHash } from './treeHash.ts';

type Step = { readonly sibling: Range; readonly siblingIsLeft: boolean };

/** RFC 6962 §2.1.1: the hashes beside the way from a leaf up to the root. Throws a RangeError for a leaf beyond the tree. */
export function inclusionProof(read: ReadHash, index: number, size: number): readonly Uint8Array[] {
  return stepsTo(index, size).map(({ sibling }) => rangeHash(read, sibling));
}

/** The subtrees whose hashes an inclusion proof is made of, to fetch them before. */
export function inclusionNodes(index: number, size: number): readonly Node[] {
  return stepsTo(index, size).flatMap(({ sibling }) => nodesOf(sibling));
}

/** What a proof says about: the leaf, and the tree. */
export type Inclusion = {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
};

/** Whether the leaf stands at that place of the tree with that root. */
export function verifyInclusion(proof: readonly Uint8Array[], { leaf, index, size, root }: Inclusion): boolean {
  if (!isPlace(index, size) || [leaf, ...proof].some(({ length }) => length !== hashLength)) return false;
  const steps = stepsTo(index, size);
  if (steps.length !== proof.length) return false;
  const reached = proof.reduce(
    (hash, beside, step) => (steps[step]?.siblingIsLeft === true ? nodeHash(beside, hash) : nodeHash(hash, beside)),
    leaf,
  );
  return Buffer.compare(reached, root) === 0;
}

function isPlace(index: number, size: number): boolean {
  return Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size;
}

function stepsTo(index: number, size: number): readonly Step[] {
  if (!isPlace(index, size)) throw new RangeError(`a tree of ${size} leaves has no leaf ${index}`);
  const steps: Step[] = [];
  let range: Range = { start: 0, end: size };
  while (range.end - range.start > 1) {
    const split = splitOf(range);
    const left = { start: range.start, end: split };
    const right = { start: split, end: range.end };
    steps.unshift(index < split ? { sibling: right, siblingIsLeft: false } : { sibling: left, siblingIsLeft: true });
    range = index < split ? left : right;
  }
  return steps;
}
