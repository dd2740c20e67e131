import type { Command, LedgerEvent, RefusedOutcome } from '#domain/envelope.ts';

/** A command with the private values it refers to: SD-JWT disclosures, which never reach an argument, an event or a log. */
export type Submission = { readonly command: Command; readonly disclosures?: readonly string[] };

/** `block`: the height at which the facts are certainly visible (the block that carries them, or a later one for a repeat). */
export type Committed = { readonly version: number; readonly events: readonly LedgerEvent[]; readonly block: number };

/** One block as a node gets it: the serialised `common.Block`, and the private write sets it may see, by transaction index. */
export type DeliveredBlock = {
  readonly number: number;
  readonly bytes: Uint8Array;
  /** Transaction index → serialised `ledger.rwset.TxPvtReadWriteSet`. */
  readonly privateSets: ReadonlyMap<number, Uint8Array>;
};

/** What the chaincode keeps of a stream. */
export type StreamHead = {
  readonly version: number;
  readonly hash: string;
  readonly state: unknown;
};

/** Which ledger it is, how far it is, and whose node asks. */
export type LedgerStatus = {
  readonly kind: 'embedded' | 'fabric';
  /** Number of blocks. */
  readonly height: number;
  readonly channel: string;
  /** Agency whose node this is. */
  readonly agency: string;
};

/** How a node reaches the ledger; the embedded one and Fabric answer alike. */
export type Ledger = {
  /** Resolves when the facts are durable and committed. Throws a LedgerUnavailable when nothing can be said or done. */
  readonly submit: (submission: Submission) => Promise<Committed | RefusedOutcome>;
  readonly head: (stream: string) => Promise<StreamHead | undefined>;
  readonly history: (stream: string, from?: number) => Promise<readonly LedgerEvent[]>;
  /** Blocks from `from` on, then live ones, in order and without a gap, until the signal aborts. Throws a BlocksPruned when `from` is not there and never will be. */
  readonly blocks: (from: number, signal: AbortSignal) => AsyncIterable<DeliveredBlock>;
  /** A private entry that was missing when its block came; undefined while this node does not have it. */
  readonly privateEntry: (collection: string, key: string) => Promise<Uint8Array | undefined>;
  readonly status: () => Promise<LedgerStatus>;
  /** The largest height that agencies know of, another one than the own asked too. Throws a LedgerUnavailable when none says. */
  readonly tip: () => Promise<number>;
  readonly close: () => Promise<void>;
};

/** Blocks are asked for that this node's peer never had: it began with a snapshot of the state. Waiting does not help. */
export class BlocksPruned extends Error {
  readonly code = 'ERR_BLOCKS_PRUNED';
  /** Number of the first block that is there. */
  readonly first: number;

  constructor(first: number) {
    super(`ERR_BLOCKS_PRUNED: this agency's peer began with a snapshot and has no block before ${first}`);
    this.name = 'BlocksPruned';
    this.first = first;
  }
}

/** The ledger cannot be reached, or did not answer in time. `code` is stable; the cause stays inside. */
export class LedgerUnavailable extends Error {
  readonly code = 'ERR_LEDGER_UNAVAILABLE';

  constructor(cause: unknown) {
    super('ERR_LEDGER_UNAVAILABLE: the ledger cannot be reached', { cause });
    this.name = 'LedgerUnavailable';
  }
}
