/** Where a value was written. */
export type Version = { readonly block: number; readonly transaction: number };
/** A committed value; hashes of private values are kept the same way. */
export type Stored = { readonly value: Uint8Array; readonly version: Version };

type Past = { readonly stored: Stored | undefined; readonly until: number };

/** Committed values, readable as they stood at a height that a running simulation still looks at. */
export class VersionedMap {
  readonly #now = new Map<string, Stored>();
  readonly #past = new Map<string, Past[]>();

  /** The value as it stood after block `height`. */
  at(height: number, key: string): Stored | undefined {
    const past = this.#past.get(key)?.find(({ until }) => height < until);
    return past === undefined ? this.#now.get(key) : past.stored;
  }

  /** The newest value. */
  get(key: string): Stored | undefined {
    return this.#now.get(key);
  }

  /** Writes or, without a value, deletes. `keepPast` while somebody looks at an earlier height. */
  set(key: string, value: Uint8Array | undefined, version: Version, keepPast: boolean): void {
    if (keepPast) this.#keep(key, version.block);
    if (value === undefined) this.#now.delete(key);
    else this.#now.set(key, { value, version });
  }

  forgetPast(): void {
    this.#past.clear();
  }

  #keep(key: string, until: number): void {
    const past = this.#past.get(key) ?? [];
    if (past.at(-1)?.until === until) return; // of several writes in one block only the state before the block is ever read
    this.#past.set(key, [...past, { stored: this.#now.get(key), until }]);
  }
}
