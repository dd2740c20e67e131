import { setTimeout as pause } from 'node:timers/promises';
import { decodeBlock } from '#ledger/blocks/decodeBlock.ts';
import { ledgerEventsOf } from '#ledger/blocks/ledgerEvents.ts';
import { BlocksPruned, type Ledger } from '#ledger/ledger.ts';
import { demandSameLedger } from './demandSameLedger.ts';
import { dropHeard } from '../notices/forgetTold.ts';
import { completeIndexes } from './completeIndexes.ts';
import { countMissing, healMissing, retryWraps } from './heal.ts';
import { HeightWatch, type Waiting } from './heightWatch.ts';
import { StoreAhead, StoreUnavailable } from '../eventStore.ts';
import type { Keystore } from '../keys/keystore.ts';
import type { NodeStore } from '../kurrentdb/nodeStore.ts';
import { isDatabaseOutage } from './outage.ts';
import { inPages } from './pages.ts';
import { readPosition } from '../models/positions.ts';
import type { Database } from '../postgres/database.ts';
import { takePage, UnreadableFact, type DecodedBlock } from './takePage.ts';

/**
 * What an ingest is doing: `waiting` ends by itself, for `history` once that is copied from other nodes; `stopped` needs
 * somebody: a newer version of this program, or the event store that belongs to this ledger.
 */
export type IngestStatus =
  | { readonly state: 'starting' | 'running' }
  | { readonly state: 'waiting'; readonly for: 'ledger' | 'database' | 'history' | 'store' }
  | { readonly state: 'stopped'; readonly code: 'ERR_FACT_UNREADABLE'; readonly block: number }
  | { readonly state: 'stopped'; readonly code: 'ERR_STORE_AHEAD' };

export type Ingest = {
  /** Number of blocks that the read models contain. */
  readonly height: () => number;
  /** Resolves when the read models contain this block; rejects when that takes too long. */
  readonly reached: (block: number) => Promise<void>;
  /** Resolves when they contain more blocks than `height`, and after `within` ms at the latest; rejects when aborted. */
  readonly risen: (height: number, waiting: Waiting) => Promise<void>;
  readonly status: () => IngestStatus;
  readonly stop: () => Promise<void>;
};

export type IngestParts = {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly keystore: Keystore;
  /** Where the node's events lie, if not in the database. */
  readonly store?: Pick<NodeStore, 'settle' | 'record'> | undefined;
  /** Told of every change of status, with its cause, for the log. */
  readonly onStatus?: (status: IngestStatus, cause?: unknown) => void;
};

const pageWeight = 1000; // events; a page costs about ten statements, so larger ones gain little more
const shortestWait = 50;
const longestWait = 2000; // ms
const healInterval = 1000;
const stopped = Symbol('stopped');

/** Follows the ledger for as long as it is not stopped, through outages of ledger and database. */
export function startIngest(parts: IngestParts): Ingest {
  const stopping = new AbortController();
  const heights = new HeightWatch();
  let status: IngestStatus = { state: 'starting' };
  const tell = (next: IngestStatus, cause?: unknown) => {
    const changed = next.state !== status.state;
    status = next;
    if (changed) parts.onStatus?.(next, cause);
  };
  const running = Promise.all([
    follow({ ...parts, heights, tell, signal: stopping.signal }),
    heal(parts, stopping.signal),
  ]);
  return {
    height: () => heights.height,
    reached: (block) => heights.reached(block + 1),
    risen: (height, waiting) => heights.risen(height, waiting),
    status: () => status,
    stop: async () => {
      stopping.abort();
      await running;
      heights.close();
    },
  };
}

type Following = IngestParts & {
  readonly heights: HeightWatch;
  readonly tell: (status: IngestStatus, cause?: unknown) => void;
  readonly signal: AbortSignal;
};

async function follow(following: Following): Promise<void> {
  const { signal, tell, heights } = following;
  let wait = shortestWait;
  while (!signal.aborted) {
    const before = heights.height;
    const cause = await followUntilItFails(following);
    if (cause === stopped) return;
    const end = endOf(cause);
    if (end !== undefined) {
      tell(end, cause);
      return;
    }
    tell({ state: 'waiting', for: missingFor(cause) }, cause);
    wait = heights.height > before ? shortestWait : Math.min(2 * wait, longestWait);
    await pause(wait, undefined, { signal }).catch(() => undefined);
  }
}

/** What no waiting mends. */
function endOf(cause: unknown): IngestStatus | undefined {
  if (cause instanceof UnreadableFact) return { state: 'stopped', code: 'ERR_FACT_UNREADABLE', block: cause.block };
  return cause instanceof StoreAhead ? { state: 'stopped', code: cause.code } : undefined;
}

function missingFor(cause: unknown): 'ledger' | 'database' | 'history' | 'store' {
  if (cause instanceof BlocksPruned) return 'history';
  if (cause instanceof StoreUnavailable) return 'store';
  return isDatabaseOutage(cause) ? 'database' : 'ledger';
}

/** The reason why it could not go on. */
async function followUntilItFails(following: Following): Promise<unknown> {
  const { database, ledger, heights, tell, signal, store } = following;
  const attempt = new AbortController();
  const until = AbortSignal.any([signal, attempt.signal]);
  try {
    let position = await readPosition(database.kysely, 'model');
    heights.rise(position + 1);
    await demandSameLedger(database, ledger, position); // also: a ledger that is away shows before its first block is waited for
    await store?.settle(ledger);
    tell({ state: 'running' });
    const decoded = decode(ledger.blocks(position + 1, until), position + 1);
    for await (const page of inPages(decoded, pageWeight, ({ facts }) => facts.length + 1)) {
      position = await takePage(following, page, position);
      heights.rise(position + 1);
    }
    return signal.aborted ? stopped : new Error('the ledger ended its stream of blocks');
  } catch (cause) {
    return signal.aborted ? stopped : cause;
  } finally {
    attempt.abort();
  }
}

async function* decode(blocks: ReturnType<Ledger['blocks']>, first: number): AsyncGenerator<DecodedBlock> {
  let expected = first;
  for await (const block of blocks) {
    if (block.number !== expected) throw new Error(`the ledger sent block ${block.number} in place of ${expected}`);
    yield decodeOne(block);
    expected += 1;
  }
}

function decodeOne(block: Parameters<typeof decodeBlock>[0] & { readonly number: number }): DecodedBlock {
  try {
    return { number: block.number, facts: ledgerEventsOf(decodeBlock(block)) };
  } catch (cause) {
    throw new UnreadableFact(block.number, cause);
  }
}

async function heal(parts: IngestParts, signal: AbortSignal): Promise<void> {
  await retryWraps(parts.database).catch(() => undefined); // the database is away: they wait for their time
  let isComplete = false;
  const steps = [
    () => dropHeard(parts.database),
    async () => {
      if (!isComplete) await completeIndexes(parts);
      isComplete = true;
    },
    async () => {
      if ((await countMissing(parts.database)) > 0) await healMissing(parts);
    },
  ];
  while (!signal.aborted) {
    // The database or the ledger is away: `follow` says so, and the next round comes anyway. One that fails stops no other: what
    // is to be forgotten goes in time also while a ledger does not tell what was missed.
    for (const step of steps) await step().catch(() => undefined);
    await pause(healInterval, undefined, { signal }).catch(() => undefined);
  }
}
