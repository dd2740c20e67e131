import { findBrokenLink, findHistory } from '#projections/timeline.ts';
import type { GatewayParts } from './context.ts';

/** Whether a stream's hash chain holds at this node, and ends where the ledger says it ends. */
export type StreamCheck = {
  readonly intact: boolean;
  /** Events that were checked. */
  readonly events: number;
  /** The first version that is not what the chain says. */
  readonly brokenAt: number | null;
};

/** Recomputes every link from the events themselves and compares the end with the ledger's own head. */
export async function checkStream({ database, ledger }: GatewayParts, stream: string): Promise<StreamCheck> {
  const entries = await findHistory(database, stream);
  const broken = findBrokenLink(entries.map(({ event }) => event));
  if (broken !== undefined) return { intact: false, events: entries.length, brokenAt: broken };
  const head = await ledger.head(stream);
  // The ledger may be further than this node's read models; then its history must name our last event.
  const next =
    head !== undefined && head.version > entries.length ? await nextPrev(ledger, stream, entries.length) : head?.hash;
  const intact = entries.at(-1)?.hash === next;
  return { intact, events: entries.length, brokenAt: intact ? null : entries.length };
}

async function nextPrev(ledger: GatewayParts['ledger'], stream: string, version: number): Promise<string | undefined> {
  const [next] = await ledger.history(stream, version + 1);
  return next?.prev;
}
