import { setTimeout as pause } from 'node:timers/promises';
import type { Ledger } from '#ledger/ledger.ts';
import { StoreAhead, StoreUnavailable, type EventStore, type LedgerRecord } from '../eventStore.ts';
import type { Keystore } from '../keys/keystore.ts';
import { isBefore, type Place } from '../place.ts';
import type { Database } from '../postgres/database.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { copyPage, readMark, writeMark } from './copyLocal.ts';
import { kurrentEventStore } from './eventStore.ts';
import { findEnd, holds, type Mark } from './reads.ts';
import { recordFacts } from './recordFacts.ts';
import { demandRecorded, settleFacts } from './settleFacts.ts';
import { isAfter, positionOf } from './storedEvent.ts';
import { isOver, subscribeAgain } from './subscribe.ts';
import { giveLocal, takeLocal } from './walk.ts';

/** A KurrentDB in which a node keeps its events; the database has a copy of them. */
export type NodeStore = Pick<EventStore, 'appendEach'> & {
  /** Compares the store with ledger and copy, and brings it as far as the copy. Throws a StoreAhead, or a StoreUnavailable. */
  readonly settle: (ledger: Pick<Ledger, 'status' | 'tip'>) => Promise<void>;
  /** Keeps facts before the read models take them. */
  readonly record: (facts: readonly LedgerRecord[]) => Promise<void>;
  /** Resolves when the copy has every local event that the store held when it was asked. */
  readonly reached: () => Promise<void>;
  /** Throws what is wrong with the store now. */
  readonly check: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Where the KurrentDB is, and the database and the keys of the node that keeps its events there. */
export type NodeStoreOptions = Omit<ConnectionOptions, 'node'> & {
  readonly database: Database;
  readonly keystore: Keystore;
  /** Told why the copy stands still, before it is tried again. */
  readonly onLost?: (cause: unknown) => void;
};

/** Opens the store, and copies its local events once it is settled, until it is stopped. */
export function openNodeStore(options: NodeStoreOptions): NodeStore {
  const store = new KurrentNodeStore(options);
  return {
    settle: (ledger) => store.settle(ledger),
    record: (facts) => store.record(facts),
    appendEach: (events) => store.appendEach(events),
    reached: () => store.reached(),
    check: () => store.check(),
    stop: () => store.stop(),
  };
}

const [shortestWait, longestWait] = [50, 5000]; // ms
const remembered = 10_000; // ms for which a refused append keeps the node from calling itself ready

class KurrentNodeStore {
  readonly #options: NodeStoreOptions;
  readonly #connection: Connection;
  readonly #patience: number;
  readonly #stopping = new AbortController();
  readonly #settled = Promise.withResolvers<undefined>();
  /** Resolved once what the database had of its own is in the store: until then nothing may come behind it. */
  readonly #open = Promise.withResolvers<undefined>();
  readonly #copying: Promise<void>;
  #known: Place | undefined;
  #ahead: StoreAhead | undefined;
  #refused: { readonly cause: unknown; readonly at: number } | undefined;
  #copied: Mark | undefined;
  #moved = Promise.withResolvers<undefined>();

  constructor(options: NodeStoreOptions) {
    this.#options = options;
    this.#patience = options.patience ?? 10_000;
    this.#connection = new Connection({ ...options, node: options.keystore.agency });
    this.#copying = this.#copy();
  }

  async settle(ledger: Pick<Ledger, 'status' | 'tip'>): Promise<void> {
    await this.#watched(async () => {
      this.#known = await settleFacts(this.#connection, this.#options.database, ledger);
      this.#settled.resolve(undefined);
    });
  }

  async record(facts: readonly LedgerRecord[]): Promise<void> {
    await this.#watched(async () => {
      const known = this.#known;
      const isKnown = ({ place }: LedgerRecord) => known !== undefined && !isBefore(known, place);
      await demandRecorded(this.#connection, facts.filter(isKnown));
      await recordFacts(
        this.#connection,
        facts.filter((fact) => !isKnown(fact)),
      );
    });
  }

  async appendEach(events: Parameters<EventStore['appendEach']>[0]): Promise<void> {
    await this.#within(this.#open.promise, 'settling');
    await this.#watched(() => kurrentEventStore(this.#connection).appendEach(events));
  }

  async reached(): Promise<void> {
    const end = positionOf((await findEnd(this.#connection))?.position);
    if (end === undefined) return;
    const isThere = () => {
      const copied = positionOf(this.#copied?.position);
      return copied !== undefined && !isAfter(end, copied);
    };
    const wait = async () => {
      while (!isThere() && !this.#stopping.signal.aborted) await this.#moved.promise;
    };
    await this.#within(wait(), 'copy-behind');
  }

  async check(): Promise<void> {
    if (this.#ahead !== undefined) throw this.#ahead;
    if (this.#refused !== undefined && performance.now() - this.#refused.at < remembered) throw this.#refused.cause;
    await findEnd(this.#connection);
    await this.#within(this.#open.promise, 'settling');
    await this.reached(); // a copy that stands still shows nowhere else
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#moved.resolve(undefined);
    this.#settled.resolve(undefined);
    await this.#copying;
    await this.#connection.close();
  }

  /** Remembers what was refused, and that it was not. */
  async #watched(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#refused = undefined;
    } catch (cause) {
      if (cause instanceof StoreAhead) this.#ahead = cause;
      if (cause instanceof StoreUnavailable) this.#refused = { cause, at: performance.now() };
      throw cause;
    }
  }

  async #within(work: Promise<unknown>, reason: string): Promise<void> {
    const done = new AbortController();
    const late = pause(this.#patience, 'late', { signal: done.signal }).catch(() => 'late');
    const first = await Promise.race([work, late]);
    done.abort();
    if (first === 'late') throw new StoreUnavailable(reason);
  }

  async #copy(): Promise<void> {
    await this.#settled.promise;
    const { signal } = this.#stopping;
    let wait = shortestWait;
    while (!isOver(signal)) {
      try {
        const mark = await this.#begin();
        this.#move(mark);
        this.#open.resolve(undefined);
        const { onLost } = this.#options;
        const pages = subscribeAgain(this.#connection, { after: mark?.position, signal, ...(onLost && { onLost }) });
        for await (const { events, seen } of pages) {
          await copyPage(this.#options, events, seen);
          wait = shortestWait;
          this.#move(seen);
        }
      } catch (cause) {
        if (!isOver(signal)) this.#options.onLost?.(cause);
      }
      await pause(wait, undefined, { signal }).catch(() => undefined);
      wait = Math.min(2 * wait, longestWait);
    }
  }

  #move(mark: Mark | undefined): void {
    this.#copied = mark;
    this.#moved.resolve(undefined);
    this.#moved = Promise.withResolvers();
  }

  /** Where the copy goes on. */
  async #begin(): Promise<Mark | undefined> {
    const copy = await readMark(this.#options.database);
    if (copy === undefined) return this.#walk();
    return copy.mark === undefined || (await holds(this.#connection, copy.mark)) ? copy.mark : this.#walk();
  }

  /**
   * Goes through a store that the copy does not know, or that was restored to an older state: takes what the copy lacks, and
   * gives what the store lacks, in the order in which it was.
   */
  async #walk(): Promise<Mark | undefined> {
    const sides = { ...this.#options, connection: this.#connection };
    const end = await takeLocal(sides);
    await giveLocal(sides);
    await writeMark(sides.database.kysely, end);
    return end;
  }
}
