import { hash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { consistencyNodes, consistencyProof, verifyConsistency } from './consistency.ts';
import { inclusionNodes, inclusionProof, verifyInclusion } from './inclusion.ts';
import type { ReadHash } from './subtree.ts';
import { Tree } from './tree.ts';
import { emptyRoot, leafHash, nodeHash } from './treeHash.ts';

const leaves = Array.from({ length: 300 }, (_, index) => leafHash(Buffer.from(`entry ${index}`)));
const tree = new Tree();
for (const leaf of leaves) tree.append(leaf);

/** The definition of RFC 6962 §2.1, word for word and slow. */
function definedRoot(hashes: readonly Uint8Array[]): Uint8Array {
  const [only] = hashes;
  if (only === undefined) return hash('sha256', '', 'buffer');
  if (hashes.length === 1) return only;
  const half = 2 ** Math.ceil(Math.log2(hashes.length) - 1);
  return nodeHash(definedRoot(hashes.slice(0, half)), definedRoot(hashes.slice(half)));
}

const sizes = fc.integer({ min: 1, max: leaves.length });
const places = sizes.chain((size) => fc.record({ size: fc.constant(size), index: fc.nat({ max: size - 1 }) }));
const growths = sizes.chain((size) => fc.record({ size: fc.constant(size), oldSize: fc.nat({ max: size }) }));
const leafAt = (index: number) => leaves[index] ?? Buffer.alloc(0);
const inclusionAt = (index: number, size: number) => ({ leaf: leafAt(index), index, size, root: tree.root(size) });
const head = (size: number) => ({ size, root: tree.root(size) });

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const flipped = Buffer.from(bytes);
  const at = Math.floor(bit / 8) % bytes.length;
  flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << (bit % 8)), at);
  return flipped;
}

describe('a tree', () => {
  it('has the roots that RFC 6962 publishes', () => {
    // Roots of the reference data of Certificate Transparency for 1 to 8 leaves.
    const entries = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ];
    const known = new Tree();
    const roots = entries.map((entry) => {
      known.append(leafHash(Buffer.from(entry, 'hex')));
      return Buffer.from(known.root()).toString('hex');
    });
    expect(roots[0]).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    expect(roots[1]).toBe('fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125');
    expect(roots[2]).toBe('aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77');
    expect(roots[7]).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');
  });

  it('has the root that the definition gives, at every size it ever had', () => {
    for (let size = 0; size <= leaves.length; size += 1)
      expect(Buffer.from(tree.root(size))).toEqual(definedRoot(leaves.slice(0, size)));
    expect(new Tree().root()).toEqual(emptyRoot());
  });

  it('never had more leaves than it has', () => {
    expect(() => tree.root(leaves.length + 1)).toThrow(RangeError);
    expect(() => tree.hash(1, 150)).toThrow(RangeError);
  });
});

describe('the hash of an entry', () => {
  it('is the same for a text and for its bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => leafHash(text).equals(leafHash(Buffer.from(text)))),
    );
  });
});

describe('an inclusion proof', () => {
  it('holds for every leaf of every size', () => {
    for (let size = 1; size <= 70; size += 1)
      for (let index = 0; index < size; index += 1)
        expect(verifyInclusion(inclusionProof(tree.hash, index, size), inclusionAt(index, size))).toBe(true);
    fc.assert(
      fc.property(places, ({ index, size }) =>
        verifyInclusion(inclusionProof(tree.hash, index, size), inclusionAt(index, size)),
      ),
    );
  });

  // Size and root are signed together: a root with a size that is not its own is nobody's claim, and could hold.
  it('holds for no other index, leaf or head', () => {
    fc.assert(
      fc.property(places, places, ({ index, size }, other) => {
        fc.pre(other.index !== index && other.size !== size);
        const proof = inclusionProof(tree.hash, index, size);
        const claim = inclusionAt(index, size);
        return (
          !verifyInclusion(proof, { ...claim, index: other.index }) &&
          !verifyInclusion(proof, { ...claim, leaf: leafAt(other.index) }) &&
          !verifyInclusion(proof, { ...claim, ...head(other.size) })
        );
      }),
    );
  });

  it('holds with no bit changed, no hash more and none less', () => {
    fc.assert(
      fc.property(places, fc.nat(), fc.nat(), ({ index, size }, which, bit) => {
        const proof = inclusionProof(tree.hash, index, size);
        const claim = inclusionAt(index, size);
        const at = which % (proof.length + 2);
        const broken = proof.map((each, place) => (place === at ? flip(each, bit % 256) : each));
        const leaf = at === proof.length ? flip(claim.leaf, bit % 256) : claim.leaf;
        const root = at === proof.length + 1 ? flip(claim.root, bit % 256) : claim.root;
        return (
          !verifyInclusion(broken, { ...claim, leaf, root }) &&
          !verifyInclusion([...proof, leafAt(0)], claim) &&
          (proof.length === 0 || !verifyInclusion(proof.slice(1), claim))
        );
      }),
    );
  });

  it('is refused, not failed over, when the numbers make no sense', () => {
    const claim = inclusionAt(3, 9);
    for (const index of [-1, 9, 0.5, NaN, Infinity, 2 ** 53])
      expect(verifyInclusion([], { ...claim, index })).toBe(false);
    for (const size of [0, -1, NaN, 2 ** 53]) expect(verifyInclusion([], { ...claim, size })).toBe(false);
    expect(verifyInclusion([Buffer.alloc(31)], claim)).toBe(false);
  });
});

describe('a consistency proof', () => {
  it('holds between any two sizes', () => {
    for (let size = 1; size <= 40; size += 1)
      for (let oldSize = 0; oldSize <= size; oldSize += 1)
        expect(verifyConsistency(consistencyProof(tree.hash, oldSize, size), head(oldSize), head(size))).toBe(true);
    fc.assert(
      fc.property(growths, ({ oldSize, size }) =>
        verifyConsistency(consistencyProof(tree.hash, oldSize, size), head(oldSize), head(size)),
      ),
    );
  });

  it('holds with no bit changed, of neither root nor proof', () => {
    fc.assert(
      fc.property(growths, fc.nat(), fc.nat(), ({ oldSize, size }, which, bit) => {
        const proof = consistencyProof(tree.hash, oldSize, size);
        const at = which % (proof.length + 2);
        const broken = proof.map((each, place) => (place === at ? flip(each, bit % 256) : each));
        const old = at === proof.length ? { size: oldSize, root: flip(tree.root(oldSize), bit % 256) } : head(oldSize);
        // From nothing every tree has grown: there the new root is not looked at.
        fc.pre(oldSize > 0 || at !== proof.length + 1);
        const grown = at === proof.length + 1 ? { size, root: flip(tree.root(size), bit % 256) } : head(size);
        return (
          !verifyConsistency(broken, old, grown) && !verifyConsistency([...proof, leafAt(0)], head(oldSize), head(size))
        );
      }),
    );
  });

  it('shows a rewritten leaf', () => {
    const rewritten = new Tree();
    for (const leaf of [leafHash(Buffer.from('another past')), ...leaves.slice(1)]) rewritten.append(leaf);
    fc.assert(
      fc.property(growths, ({ oldSize, size }) => {
        fc.pre(oldSize > 0 && oldSize < size);
        const proof = consistencyProof(rewritten.hash, oldSize, size);
        return !verifyConsistency(proof, head(oldSize), { size, root: rewritten.root(size) });
      }),
    );
  });

  it('is refused, not failed over, when the sizes make no sense', () => {
    expect(verifyConsistency([], head(9), head(3))).toBe(false);
    expect(verifyConsistency([], { ...head(1), size: -1 }, head(3))).toBe(false);
    expect(verifyConsistency([], { ...head(1), size: NaN }, head(3))).toBe(false);
    expect(verifyConsistency([], { ...head(4), root: tree.root(4).subarray(1) }, head(4))).toBe(false);
    const proof = consistencyProof(tree.hash, 4, 7);
    expect(verifyConsistency(proof, { ...head(4), root: tree.root(4).subarray(0, 31) }, head(7))).toBe(false);
    expect(() => consistencyProof(tree.hash, 9, 3)).toThrow(RangeError);
    expect(() => nodeHash(Buffer.alloc(31), Buffer.alloc(32))).toThrow(RangeError);
  });
});

describe('the subtrees that a proof needs', () => {
  it('are all that making it reads', () => {
    const only = (nodes: readonly { readonly level: number; readonly index: number }[]): ReadHash => {
      const named = new Set(nodes.map(({ level, index }) => `${level} ${index}`));
      return (level, index) => {
        if (!named.has(`${level} ${index}`)) throw new Error(`not named: ${level} ${index}`);
        return tree.hash(level, index);
      };
    };
    fc.assert(
      fc.property(places, growths, ({ index, size }, growth) => {
        inclusionProof(only(inclusionNodes(index, size)), index, size);
        consistencyProof(only(consistencyNodes(growth.oldSize, growth.size)), growth.oldSize, growth.size);
      }),
    );
  });
});
