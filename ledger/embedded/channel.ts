import { LedgerUnavailable } from '../ledger.ts';
import type { TransactionResult } from '../transactor.ts';
import type { Chain, Ordered } from './chain.ts';

const most = 500; // transactions in a block

type Waiting = {
  readonly ordered: Ordered;
  readonly settle: (result: TransactionResult) => void;
  readonly fail: (cause: unknown) => void;
};

/** Orders transactions: cuts a block at once when idle, otherwise groups what has come while the last one was written. */
export class Channel {
  readonly chain: Chain;
  readonly #watchers = new Set<() => void>();
  #queue: Waiting[] = [];
  #running: Promise<void> | undefined;
  #failure: LedgerUnavailable | undefined;
  #closed = false;

  constructor(chain: Chain) {
    this.chain = chain;
  }

  /** Resolves when the transaction stands in a block on the disk, whatever its code. */
  order(ordered: Ordered): Promise<TransactionResult> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#closed) return Promise.reject(new LedgerUnavailable('the ledger is closed'));
    return new Promise((settle, fail) => {
      this.#queue.push({ ordered, settle, fail });
      this.#running ??= this.#run();
    });
  }

  /** Calls back after each new block. Answers how to stop. */
  watch(onBlock: () => void): () => void {
    this.#watchers.add(onBlock);
    return () => void this.#watchers.delete(onBlock);
  }

  /** Writes what was ordered, then closes. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    await this.chain.close();
    for (const wake of this.#watchers) wake();
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  async #run(): Promise<void> {
    await Promise.resolve(); // what is ordered in the same breath shares the block
    while (this.#queue.length > 0 && this.#failure === undefined) {
      const batch = this.#queue.slice(0, most);
      this.#queue = this.#queue.slice(most);
      await this.#cut(batch);
    }
    this.#running = undefined;
  }

  async #cut(batch: readonly Waiting[]): Promise<void> {
    try {
      const { number, codes } = await this.chain.append(batch.map(({ ordered }) => ordered));
      batch.forEach(({ settle }, index) => settle({ code: codes[index] ?? 255, block: number }));
      for (const wake of this.#watchers) wake();
    } catch (cause) {
      // Nobody knows what the disk has taken; only a restart, which reads it, can tell.
      this.#failure = new LedgerUnavailable(cause);
      for (const { fail } of [...batch, ...this.#queue]) fail(this.#failure);
      this.#queue = [];
    }
  }
}
