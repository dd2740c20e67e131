import type { LedgerEvent } from '#domain/envelope.ts';
import { eventKey, headKey } from './keys.ts';
import type { Overlay } from './worldState.ts';

/** What the ledger keeps of a stream beside its events. */
export type Head = {
  readonly version: number;
  /** Digest of the newest event's bytes. */
  readonly hash: string;
  /** Which fold of the noun made `state`. */
  readonly fold: number;
  readonly state: unknown;
  /** How far a long stream has been folded anew, where that has begun. */
  readonly refolding?: Folded;
  /** Time of the newest event. */
  readonly at: string;
  readonly recent: readonly RecentCommand[];
};

/** The state that a fold made of a stream's events up to a version. */
export type Folded = { readonly fold: number; readonly version: number; readonly state: unknown };

type RecentCommand = { readonly id: string; readonly hash: string; readonly versions: readonly number[] };

/** What reads the ledger: a transaction's view, or a query's. */
export type View = Pick<Overlay, 'get' | 'prefetch'>;

/** The head of a stream as it was written, by whatever chaincode; undefined before its first event. */
export async function findStoredHead(view: View, stream: string): Promise<Head | undefined> {
  const bytes = await view.get(headKey(stream));
  return bytes === undefined ? undefined : parseHead(bytes);
}

// Every command of a batch reads the heads of the schema and of the agencies; the overlay hands out the same bytes each time.
const parsedHeads = new WeakMap<Uint8Array, Head>();

function parseHead(bytes: Uint8Array): Head {
  const head = parsedHeads.get(bytes) ?? (JSON.parse(Buffer.from(bytes).toString()) as Head); // only append and refold write this key
  parsedHeads.set(bytes, head);
  return head;
}

/** Events that the stream's head says are there, in order. */
export async function getEvents(view: View, stream: string, versions: Versions): Promise<readonly LedgerEvent[]> {
  const count = Math.max(0, versions.last - versions.first + 1);
  const numbers = Array.from({ length: count }, (_, index) => versions.first + index);
  await view.prefetch(numbers.map((version) => eventKey(stream, version)));
  const events: LedgerEvent[] = [];
  for (const version of numbers) events.push(await getEvent(view, stream, version));
  return events;
}
type Versions = { readonly first: number; readonly last: number };

/** An event that the stream's head says is there. */
export async function getEvent(view: Pick<View, 'get'>, stream: string, version: number): Promise<LedgerEvent> {
  const bytes = await view.get(eventKey(stream, version));
  if (bytes === undefined) throw new Error(`event ${version} of ${stream} is missing`);
  return JSON.parse(Buffer.from(bytes).toString()) as LedgerEvent; // only append writes this key
}
