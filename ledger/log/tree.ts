import { rangeHash } from './subtree.ts';
import { hashLength, nodeHash } from './treeHash.ts';

/** An append-only RFC 6962 tree in memory: 64 bytes for a leaf. */
export class Tree {
  readonly #levels: Level[] = [];

  /** Number of leaves. */
  get size(): number {
    return this.#levels[0]?.length ?? 0;
  }

  /** Adds the hash of an entry (see `leafHash`). */
  append(leaf: Uint8Array): void {
    let hash = leaf;
    for (let level = 0; ; level += 1) {
      const row = (this.#levels[level] ??= new Level());
      row.append(hash);
      if (row.length % 2 === 1) return;
      hash = nodeHash(row.at(row.length - 2), row.at(row.length - 1));
    }
  }

  /** Hash of a complete subtree, for proofs and tiles. */
  readonly hash = (level: number, index: number): Uint8Array => {
    const row = this.#levels[level];
    if (row === undefined || index >= row.length) throw new RangeError(`no subtree ${index} on level ${level}`);
    return row.at(index);
  };

  /** Root of the tree as it was when it had this many leaves. */
  root(size: number = this.size): Uint8Array {
    if (size > this.size) throw new RangeError(`a tree of ${this.size} leaves never had ${size}`);
    return rangeHash(this.hash, { start: 0, end: size });
  }
}

/** The hashes of one level, end to end. */
class Level {
  length = 0;
  #bytes = Buffer.alloc(64 * hashLength);

  append(hash: Uint8Array): void {
    const at = this.length * hashLength;
    if (at === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], at * 2);
    this.#bytes.set(hash, at);
    this.length += 1;
  }

  at(index: number): Uint8Array {
    return this.#bytes.subarray(index * hashLength, (index + 1) * hashLength);
  }
}
