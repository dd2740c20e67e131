import { canonicalJson } from '#domain/seal/canonical.ts';
import { sha256 } from '#domain/seal/digest.ts';
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
  const last = entries.at(-1)?.event;
  const hash = last && sha256(canonicalJson(last)); // from the event itself: the hash stored beside it proves nothing
  const intact = hash === (await hashOnLedger({ ledger }, stream, entries.length));
  return { intact, events: entries.length, brokenAt: intact ? null : entries.length };
}

// The ledger may be further than this node's read models; then the event that follows there names our last one.
async function hashOnLedger(
  { ledger }: Pick<GatewayParts, 'ledger'>,
  stream: string,
  version: number,
): Promise<string | undefined> {
  const head = await ledger.head(stream);
  if (head === undefined || head.version <= version) return head?.hash;
  const [next] = await ledger.history(stream, version + 1);
  return next?.prev;
}
