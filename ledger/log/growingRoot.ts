import { emptyRoot, nodeHash } from './treeHash.ts';

type Peak = { readonly leaves: number; readonly hash: Uint8Array };

/** The root of a tree that only grows, in a few hashes: for whoever reads a log once and proves nothing about its parts. */
export class GrowingRoot {
  readonly #peaks: Peak[] = [];
  #size = 0;

  /** Number of leaves. */
  get size(): number {
    return this.#size;
  }

  /** Adds the hash of an entry (see `leafHash`). */
  append(leaf: Uint8Array): void {
    this.#size += 1;
    let peak: Peak = { leaves: 1, hash: leaf };
    for (let left = this.#peaks.at(-1); left?.leaves === peak.leaves; left = this.#peaks.at(-1)) {
      this.#peaks.pop();
      peak = { leaves: 2 * peak.leaves, hash: nodeHash(left.hash, peak.hash) };
    }
    this.#peaks.push(peak);
  }

  root(): Uint8Array {
    const hashes = this.#peaks.map(({ hash }) => hash);
    return hashes.length === 0 ? emptyRoot() : hashes.reduceRight((right, left) => nodeHash(left, right));
  }
}
