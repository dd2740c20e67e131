import type { Place } from './place.ts';

/** An event that only this node makes (an access, an authentication). `id` is a UUID chosen once: a retry adds nothing. */
export type LocalEvent = { readonly id: string; readonly type: string; readonly data: object };

/** A fact of the ledger on its way into the store; `body` is its canonical JSON, verbatim. */
export type LedgerRecord = {
  readonly place: Place;
  readonly transactionId: string;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly body: string;
};

/** A fact or a local event, as the store gives it back. */
export type StoredEvent = {
  readonly id: string;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  /** Canonical JSON: of the whole event for facts of the ledger, of `data` for local events. */
  readonly body: string;
  /** Opaque; where to go on after this event. */
  readonly position: string;
  /** Where it stands on the ledger; undefined for a local event. */
  readonly fact: { readonly place: Place; readonly transactionId: string } | undefined;
};

/** Everything a node knows, in the order in which it learned it. */
export type EventStore = {
  /** Appends to a local stream that is at `expected`. Throws a WrongVersion when it is elsewhere; a repeat does nothing. */
  readonly append: (stream: string, expected: number | 'any', events: readonly LocalEvent[]) => Promise<void>;
  /** Appends events of many streams, wherever those are, as one durable write; a repeat does nothing. */
  readonly appendEach: (events: readonly (LocalEvent & { readonly stream: string })[]) => Promise<void>;
  /** Takes facts from the ledger, in ledger order; ingest is the only caller. What is there already stays as it is. */
  readonly record: (facts: readonly LedgerRecord[]) => Promise<void>;
  /** From version `from` on, oldest first. */
  readonly readStream: (stream: string, from?: number) => Promise<readonly StoredEvent[]>;
  /** The next events after a position (from the beginning without one); none when the end is reached. */
  readonly readAll: (after: string | undefined, limit: number) => Promise<readonly StoredEvent[]>;
  /** Pages of everything after a position, then of what comes, until the signal aborts. Never skips an event. */
  readonly subscribe: (after: string | undefined, signal: AbortSignal) => AsyncIterable<readonly StoredEvent[]>;
};

/** The events' store is away, slow, full, or does not take what it is given; what was asked for may have been done. */
export class StoreUnavailable extends Error {
  readonly code = 'ERR_STORE_UNAVAILABLE';
  /** What the store said, as a code of its client's. */
  readonly reason: string;

  constructor(reason: string, cause?: unknown) {
    super(`ERR_STORE_UNAVAILABLE: the event store gave no answer that counts (${reason})`, { cause });
    this.name = 'StoreUnavailable';
    this.reason = reason;
  }
}

/** The store holds facts that the ledger does not have, or others at their places: it belongs to another ledger, or was changed. */
export class StoreAhead extends Error {
  readonly code = 'ERR_STORE_AHEAD';
  readonly where: string;

  constructor(where: string) {
    super(`ERR_STORE_AHEAD: the event store holds what this node's ledger does not, ${where}`);
    this.name = 'StoreAhead';
    this.where = where;
  }
}

/** Somebody else has appended first. */
export class WrongVersion extends Error {
  constructor(stream: string, expected: number) {
    super(`stream ${stream} is not at version ${expected}`);
    this.name = 'WrongVersion';
  }
}
