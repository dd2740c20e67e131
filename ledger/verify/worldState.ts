import { commitHash, type Update } from '../blocks/commitHash.ts';
import type { Effect } from './effects.ts';

/** What valid transactions add up to: which version every key has, and the commit hash that a peer must have come to. */
export class WorldState {
  readonly #versions = new Map<string, string>();
  readonly #block = new Map<string, Update>();
  #commitHash: Uint8Array = new Uint8Array();

  /** Whether everything that was read still stood so when the transaction's turn came. */
  isFresh(effects: readonly Effect[]): boolean {
    return effects.every(({ namespace, reads }) =>
      reads.every(({ collection, key, version }) => {
        const place = placeOf(namespace, collection, key);
        const seen = version === undefined ? undefined : `${version.block}:${version.transaction}`;
        return !this.#block.has(place) && this.#versions.get(place) === seen;
      }),
    );
  }

  /** Writes what a valid transaction of the current block wrote. */
  apply(effects: readonly Effect[], block: number, transaction: number): void {
    for (const { namespace, writes, privateHashes } of effects) {
      const at = { namespace, block, transaction };
      for (const { key, value, isDelete } of writes)
        this.#block.set(placeOf(namespace, '', key), {
          ...{ ...at, collection: '', key: Buffer.from(key) },
          value: isDelete ? undefined : value,
        });
      for (const { collection, keyHash, valueHash } of privateHashes)
        this.#block.set(placeOf(namespace, collection, keyHash), {
          ...{ ...at, collection, key: Buffer.from(keyHash, 'base64url') },
          value: valueHash === undefined ? undefined : Buffer.from(valueHash, 'base64url'),
        });
    }
  }

  /** Ends the current block. Answers the commit hash that goes with its flags. */
  commit(codes: Uint8Array): Uint8Array {
    this.#commitHash = commitHash(codes, [...this.#block.values()], this.#commitHash);
    for (const [place, { value, block, transaction }] of this.#block) {
      if (value === undefined) this.#versions.delete(place);
      else this.#versions.set(place, `${block}:${transaction}`);
    }
    this.#block.clear();
    return this.#commitHash;
  }
}

function placeOf(namespace: string, collection: string, key: string): string {
  return `${namespace}\u0000${collection}\u0000${key}`;
}
