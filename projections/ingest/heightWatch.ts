import { setTimeout as pause } from 'node:timers/promises';

const patience = 15_000; // ms that somebody waits for a height before being told that it takes too long

/** How long somebody waits for something new, and what ends that early. */
export type Waiting = { readonly within: number; readonly signal: AbortSignal };

/** A height that only rises, and those who wait for it. */
export class HeightWatch {
  #height = 0;
  readonly #closing = new AbortController();
  readonly #waiting = new Set<{ readonly height: number; readonly resolve: () => void }>();

  get height(): number {
    return this.#height;
  }

  rise(height: number): void {
    this.#height = Math.max(this.#height, height);
    for (const waiter of this.#waiting) {
      if (waiter.height > this.#height) continue;
      this.#waiting.delete(waiter);
      waiter.resolve();
    }
  }

  /** Resolves at this height; rejects after a while, and when the watch is closed. */
  async reached(height: number): Promise<void> {
    if (!(await this.#comesTo(height, patience))) throw new ReadModelsBehind();
  }

  /** Resolves when it is above this height, and after `within` ms at the latest; rejects when aborted or closed. */
  async risen(height: number, { within, signal }: Waiting): Promise<void> {
    const isThere = await this.#comesTo(height + 1, within, signal);
    if (isThere) return;
    signal.throwIfAborted();
    this.#closing.signal.throwIfAborted();
  }

  async #comesTo(height: number, within: number, aborting?: AbortSignal): Promise<boolean> {
    if (height <= this.#height) return true;
    const done = new AbortController();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const waiter = { height, resolve: () => resolve(undefined) };
    this.#waiting.add(waiter);
    try {
      const signal = AbortSignal.any([done.signal, this.#closing.signal, ...(aborting ? [aborting] : [])]);
      await Promise.race([promise, pause(within, undefined, { signal }).catch(() => undefined)]);
    } finally {
      this.#waiting.delete(waiter);
      done.abort();
    }
    return height <= this.#height;
  }

  close(): void {
    this.#closing.abort();
  }
}

/** The fact stands on the ledger, but this node's read models do not show it yet. */
class ReadModelsBehind extends Error {
  readonly code = 'ERR_READ_MODELS_BEHIND';

  constructor() {
    super('ERR_READ_MODELS_BEHIND: the read models have not come that far yet');
    this.name = 'ReadModelsBehind';
  }
}
