import { decodeBlock } from '#ledger/blocks/decodeBlock.ts';
import { type BlockEvent, ledgerEventsOf } from '#ledger/blocks/ledgerEvents.ts';
import type { Ledger } from '#ledger/ledger.ts';
import type { Database } from '../postgres/database.ts';
import { copiedHeads, copiedHeadsOf, type CopiedHead } from './copiedEvents.ts';
import { HistoryFault } from './historyFault.ts';

/** The own agency's peer, and nobody else's: its state came with a snapshot that several agencies' peers agreed on. */
export type OwnPeer = Pick<Ledger, 'head' | 'blocks' | 'status'>;

type Checking = {
  readonly database: Database;
  readonly ownPeer: OwnPeer;
  /** The first block that the own peer has. */
  readonly before: number;
  readonly onChecked: (streams: number) => void;
};

const atOnce = 16;

/**
 * Throws a HistoryFault unless every stream ends as the own peer's state says, and what its own blocks add to a stream
 * follows the last copied event.
 */
export async function checkHeads(checking: Checking): Promise<void> {
  const { database, ownPeer, onChecked } = checking;
  const grown = new Set<string>();
  for await (const page of copiedHeads(database)) {
    for (let first = 0; first < page.length; first += atOnce) {
      const some = page.slice(first, first + atOnce);
      const hasGrown = await Promise.all(some.map(async (copied) => isGrown(ownPeer, copied)));
      some.forEach(({ stream }, index) => hasGrown[index] === true && grown.add(stream));
    }
    onChecked(page.length);
  }
  await checkContinuation(checking, grown);
}

/** Whether the stream has grown since; then the own peer's blocks hold what came. */
async function isGrown(ownPeer: OwnPeer, { stream, version, hash }: CopiedHead): Promise<boolean> {
  const head = await ownPeer.head(stream);
  if (head !== undefined && head.version > version) return true;
  if (head?.version === version && head.hash === hash) return false;
  throw disagreement(stream);
}

async function checkContinuation({ database, ownPeer, before }: Checking, grown: Set<string>): Promise<void> {
  const nexts = await firstEventsFrom(ownPeer, before);
  const copied = await copiedHeadsOf(database, [...nexts.keys()]);
  for (const [stream, { event }] of nexts) {
    const last = copied.get(stream);
    if (event.version !== (last?.version ?? 0) + 1 || event.prev !== last?.hash) throw disagreement(stream);
    grown.delete(stream);
  }
  const [unexplained] = grown;
  if (unexplained !== undefined) throw disagreement(unexplained);
}

/** The first event of each stream in the own peer's blocks. */
async function firstEventsFrom(ownPeer: OwnPeer, first: number): Promise<ReadonlyMap<string, BlockEvent>> {
  const events = new Map<string, BlockEvent>();
  const { height } = await ownPeer.status();
  if (first >= height) return events;
  const done = new AbortController();
  try {
    for await (const block of ownPeer.blocks(first, done.signal)) {
      for (const fact of ledgerEventsOf(decodeBlock(block)))
        if (!events.has(fact.event.stream)) events.set(fact.event.stream, fact);
      if (block.number >= height - 1) break;
    }
    return events;
  } finally {
    done.abort();
  }
}

function disagreement(stream: string): HistoryFault {
  return new HistoryFault('ERR_HEAD_DISAGREES', `stream ${stream} does not end as the own peer's state says`);
}
