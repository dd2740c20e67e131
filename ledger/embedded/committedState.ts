import { VersionedMap, type Stored, type Version } from './versionedMap.ts';

/** Reads of one simulation: all at the height at which it began. An empty collection name means public state. */
export type Reader = {
  readonly read: (collection: string, key: string) => Promise<Stored | undefined>;
  readonly readHash: (collection: string, keyHash: string) => Promise<Stored | undefined>;
};

/** Reads at one height, until it is released. */
export type Snapshot = Reader & { readonly release: () => void };

/** The state of the channel: public values, hashes of private values, private values. */
export class CommittedState {
  readonly #public = new VersionedMap();
  readonly #hashes = new VersionedMap();
  readonly #private = new VersionedMap();
  #snapshots = 0;
  #height = 0;

  snapshot(): Snapshot {
    const height = this.#height;
    let open = true;
    this.#snapshots += 1;
    const from = (map: VersionedMap, key: string): Promise<Stored | undefined> => {
      if (!open) throw new Error('a simulation read after its end');
      return Promise.resolve(map.at(height, key));
    };
    return {
      read: (collection, key) =>
        collection === '' ? from(this.#public, key) : from(this.#private, privateKey(collection, key)),
      readHash: (collection, keyHash) => from(this.#hashes, privateKey(collection, keyHash)),
      release: () => {
        if (!open) return;
        open = false;
        this.#snapshots -= 1;
        if (this.#snapshots === 0) for (const map of [this.#public, this.#hashes, this.#private]) map.forgetPast();
      },
    };
  }

  version(key: string): Version | undefined {
    return this.#public.get(key)?.version;
  }

  hashVersion(collection: string, keyHash: string): Version | undefined {
    return this.#hashes.get(privateKey(collection, keyHash))?.version;
  }

  privateValue(collection: string, key: string): Uint8Array | undefined {
    return this.#private.get(privateKey(collection, key))?.value;
  }

  put(key: string, value: Uint8Array | undefined, version: Version): void {
    this.#public.set(key, value, version, this.#snapshots > 0);
  }

  putHash(collection: string, keyHash: string, valueHash: Uint8Array | undefined, version: Version): void {
    this.#hashes.set(privateKey(collection, keyHash), valueHash, version, this.#snapshots > 0);
  }

  putPrivate(collection: string, key: string, value: Uint8Array | undefined, version: Version): void {
    this.#private.set(privateKey(collection, key), value, version, this.#snapshots > 0);
  }

  /** Simulations that begin from now on see this block. */
  advance(block: number): void {
    this.#height = block;
  }
}

function privateKey(collection: string, key: string): string {
  return `${collection}\u0000${key}`;
}
