/** A value on its way to the ledger; the public state is the collection without a name. Without a value: purge the private one. */
export type StateWrite = { readonly collection: string; readonly key: string; readonly value?: Uint8Array };

/** The ledger's state as a transaction sees it: what was committed before it began. */
export type WorldState = {
  /** Undefined for keys that are absent. */
  readonly getAll: (keys: readonly string[]) => Promise<readonly (Uint8Array | undefined)[]>;
  readonly writeAll: (writes: readonly StateWrite[]) => Promise<void>;
};

/** One transaction's view of the state, with its own writes. */
export type Overlay = {
  readonly get: (key: string) => Promise<Uint8Array | undefined>;
  /** Reads keys together that will be asked for one by one. */
  readonly prefetch: (keys: readonly string[]) => Promise<void>;
  readonly put: (key: string, value: Uint8Array) => void;
  readonly putPrivate: (collection: string, key: string, value: Uint8Array) => void;
  /** Has a private value removed, from the past too. */
  readonly purge: (collection: string, key: string) => void;
  /** Hands the collected writes to the ledger. */
  readonly flush: () => Promise<void>;
};

/** Begins a view. Fabric hides a transaction's own writes from its reads, so later commands of a batch read the overlay first. */
export function overlayOn(state: WorldState): Overlay {
  const seen = new Map<string, Uint8Array | undefined>();
  const written = new Map<string, Uint8Array>();
  const sealed: StateWrite[] = [];
  const prefetch = async (keys: readonly string[]): Promise<void> => {
    const unseen = [...new Set(keys)].filter((key) => !seen.has(key));
    if (unseen.length === 0) return;
    const values = await state.getAll(unseen);
    unseen.forEach((key, index) => seen.set(key, values[index]));
  };
  return {
    prefetch,
    get: async (key) => {
      await prefetch([key]);
      return seen.get(key);
    },
    put: (key, value) => {
      seen.set(key, value);
      written.set(key, value);
    },
    putPrivate: (collection, key, value) => void sealed.push({ collection, key, value }),
    purge: (collection, key) => void sealed.push({ collection, key }),
    flush: async () => {
      await state.writeAll([...[...written].map(([key, value]) => ({ collection: '', key, value })), ...sealed]);
    },
  };
}
