import { canonicalJson } from '#domain/seal/canonical.ts';
import { sha256 } from '#domain/seal/digest.ts';
import { findBrokenLink, findHistory, type TimelineEntry } from '#projections/models/timeline.ts';
import type { GatewayParts } from '../context.ts';
import { RequestError } from '../http/requestError.ts';

/** Whether a stream's hash chain holds at this node, and ends where the ledger says it ends. */
export type StreamCheck = {
  readonly intact: boolean;
  /** Events that were checked. */
  readonly events: number;
  /** The first version that is not what the chain says. */
  readonly brokenAt: number | null;
};

/** Recomputes every link from the events themselves and compares the end with the ledger's own head; null: no such stream. */
export async function checkStreamChain(parts: GatewayParts, stream: string): Promise<StreamCheck | null> {
  const entries = await findHistory(parts.database, stream);
  if (entries.length > 0) return checkEntries(parts, stream, entries);
  if ((await parts.ledger.head(stream)) === undefined) return null;
  // The ledger has it. Once this node has read that far, what is still not here has been lost here.
  const { height } = await parts.ledger.status();
  if (parts.ingest.height() < height)
    throw new RequestError('ERR_NOT_YET_VISIBLE', 'it is on the ledger, but this node has not read it yet');
  return checkEntries(parts, stream, await findHistory(parts.database, stream));
}

async function checkEntries(
  { ledger }: GatewayParts,
  stream: string,
  entries: readonly TimelineEntry[],
): Promise<StreamCheck> {
  const broken = findBrokenLink(entries.map(({ event }) => event));
  if (broken !== undefined) return { intact: false, events: entries.length, brokenAt: broken };
  const last = entries.at(-1)?.event;
  if (last === undefined) return { intact: false, events: 0, brokenAt: 1 };
  const hash = sha256(canonicalJson(last)); // from the event itself: the hash stored beside it proves nothing
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
