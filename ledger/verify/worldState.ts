import { commitHash, type Update } from '../blocks/commitHash.ts';
import type { Effect } from './effects.ts';

type Version = { readonly block: number; readonly transaction: number };
/** The keys of a chaincode, or those of one of its collections by their hashes. */
type Space = {
  readonly versions: Map<string, Version>;
  /** What the current block has written so far. */
  readonly writes: Map<string, Update>;
};

/** What valid transactions add up to: which version every key has, and the commit hash that a peer must have come to. */
export class WorldState {
  /** Namespace → collection, empty for public state. */
  readonly #spaces = new Map<string, Map<string, Space>>();
  #commitHash: Uint8Array = new Uint8Array();

  /** Whether everything that was read still stood so when the transaction's turn came. */
  isFresh(effects: readonly Effect[]): boolean {
    return effects.every(({ namespace, reads }) =>
      reads.every(({ collection, key, version }) => {
        const { versions, writes } = this.#spaceOf(namespace, collection);
        const now = versions.get(key);
        const isSame = now?.block === version?.block && now?.transaction === version?.transaction;
        return isSame && !writes.has(key);
      }),
    );
  }

  /** Writes what a valid transaction of the current block wrote. */
  apply(effects: readonly Effect[], block: number, transaction: number): void {
    for (const { namespace, writes, privateHashes } of effects) {
      const at = { namespace, block, transaction };
      for (const { key, value, isDelete } of writes)
        this.#spaceOf(namespace, '').writes.set(key, {
          ...{ ...at, collection: '', key: Buffer.from(key) },
          value: isDelete ? undefined : value,
        });
      for (const { collection, keyHash, valueHash } of privateHashes)
        this.#spaceOf(namespace, collection).writes.set(keyHash, {
          ...{ ...at, collection, key: Buffer.from(keyHash, 'base64url') },
          value: valueHash === undefined ? undefined : Buffer.from(valueHash, 'base64url'),
        });
    }
  }

  /** Ends the current block. Answers the commit hash that goes with its flags. */
  commit(codes: Uint8Array): Uint8Array {
    const spaces = [...this.#spaces.values()].flatMap((collections) => [...collections.values()]);
    const updates = spaces.flatMap(({ writes }) => [...writes.values()]);
    this.#commitHash = commitHash(codes, updates, this.#commitHash);
    for (const space of spaces) bringIntoForce(space);
    return this.#commitHash;
  }

  #spaceOf(namespace: string, collection: string): Space {
    let collections = this.#spaces.get(namespace);
    if (collections === undefined) this.#spaces.set(namespace, (collections = new Map<string, Space>()));
    let space = collections.get(collection);
    if (space === undefined) collections.set(collection, (space = { versions: new Map(), writes: new Map() }));
    return space;
  }
}

function bringIntoForce({ versions, writes }: Space): void {
  for (const [key, { value, block, transaction }] of writes) {
    if (value === undefined) versions.delete(key);
    else versions.set(key, { block, transaction });
  }
  writes.clear();
}
