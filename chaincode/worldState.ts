/** The ledger's state as a transaction sees it: what was committed before it began. */
export type WorldState = {
  /** Undefined when the key is absent. */
  readonly get: (key: string) => Promise<Uint8Array | undefined>;
  readonly put: (key: string, value: Uint8Array) => Promise<void>;
  readonly putPrivate: (collection: string, key: string, value: Uint8Array) => Promise<void>;
};

/** One transaction's view of the state, with its own writes. */
export type Overlay = {
  readonly get: (key: string) => Promise<Uint8Array | undefined>;
  readonly put: (key: string, value: Uint8Array) => void;
  readonly putPrivate: (collection: string, key: string, value: Uint8Array) => void;
  /** Hands the collected writes to the ledger. */
  readonly flush: () => Promise<void>;
};

/** Begins a view. Fabric hides a transaction's own writes from its reads, so later commands of a batch read the overlay first. */
export function overlayOn(state: WorldState): Overlay {
  const seen = new Map<string, Uint8Array | undefined>();
  const written = new Map<string, Uint8Array>();
  const sealed: { collection: string; key: string; value: Uint8Array }[] = [];
  return {
    get: async (key) => {
      if (!seen.has(key)) seen.set(key, await state.get(key));
      return seen.get(key);
    },
    put: (key, value) => {
      seen.set(key, value);
      written.set(key, value);
    },
    putPrivate: (collection, key, value) => void sealed.push({ collection, key, value }),
    flush: async () => {
      for (const [key, value] of written) await state.put(key, value);
      for (const { collection, key, value } of sealed) await state.putPrivate(collection, key, value);
    },
  };
}
