import {
  binaryEvent,
  jsonEvent,
  type BinaryEventData,
  type JSONEventData,
  type JSONType,
  type Position,
  type ResolvedEvent,
} from '@kurrent/kurrentdb-client';
import * as z from 'zod';
import type { LedgerRecord, StoredEvent } from '../eventStore.ts';
import { ledgerEventId } from '../place.ts';

/** An event as the client takes it. */
export type NewEvent = BinaryEventData | JSONEventData;

// What the database could not hold as a place is none.
const wholeOf = (digits: number) =>
  z
    .string()
    .regex(new RegExp(`^\\d{1,${digits}}$`))
    .transform(Number);
const [Block, Index] = [wholeOf(15), wholeOf(9)];
// Texts only: appends to several streams take no other metadata (KurrentDB 25.1).
const Metadata = z.discriminatedUnion('plinth', [
  z.object({ plinth: z.literal('fact'), block: Block, transaction: Index, index: Index, transactionId: z.string() }),
  z.object({ plinth: z.literal('local'), node: z.string() }),
]);

/** A fact of the ledger for KurrentDB, under the id it has at every node. */
export function newFact({ place, transactionId, type, body }: LedgerRecord): NewEvent {
  const { block, transaction, index } = place;
  const at = { block: String(block), transaction: String(transaction), index: String(index) };
  const metadata = { plinth: 'fact', ...at, transactionId };
  return newEvent({ id: ledgerEventId(transactionId, index), type, body }, metadata);
}

/** A local event of a node for KurrentDB. */
export function newLocal(event: Named, node: string): NewEvent {
  return newEvent(event, { plinth: 'local', node });
}

type Named = { readonly id: string; readonly type: string; readonly body: string };

// The client parses what it sends and reads as JSON and prints it anew, which moves names that are numbers. What would not
// come back byte for byte goes as octets, which no JSON tool of KurrentDB's reads, but nobody changes.
function newEvent({ id, type, body }: Named, metadata: Readonly<Record<string, string>>): NewEvent {
  const data = JSON.parse(body) as JSONType; // canonical JSON of our own making
  if (JSON.stringify(data) === body) return jsonEvent({ id, type, data, metadata: { ...metadata } });
  return binaryEvent({ id, type, data: Buffer.from(body), metadata: { ...metadata } });
}

/** What an event of KurrentDB is to a node; undefined for what is none of its own. */
export function storedEventOf({ event }: Pick<ResolvedEvent, 'event'>, node: string): StoredEvent | undefined {
  const metadata = Metadata.safeParse(event?.metadata);
  if (event?.position === undefined || !metadata.success) return undefined;
  if (metadata.data.plinth === 'local' && metadata.data.node !== node) return undefined;
  const { id, streamId: stream, type, revision, data, position } = event;
  const body = data instanceof Uint8Array ? Buffer.from(data).toString() : JSON.stringify(data);
  return { id, stream, version: Number(revision) + 1, type, body, position: positionText(position), fact: factIn() };

  function factIn(): StoredEvent['fact'] {
    if (metadata.data?.plinth !== 'fact') return undefined;
    const { block, transaction, index, transactionId } = metadata.data;
    return { place: { block, transaction, index }, transactionId };
  }
}

/** A position in KurrentDB as one text. */
export function positionText({ commit, prepare }: Position): string {
  return `${commit}-${prepare}`;
}

/** The position that such a text says; undefined for the beginning. */
export function positionOf(text: string | undefined): Position | undefined {
  const [commit, prepare] = text?.split('-') ?? [];
  if (commit === undefined || prepare === undefined) return undefined;
  return { commit: BigInt(commit), prepare: BigInt(prepare) };
}

/** Whether one position comes after another. */
export function isAfter(one: Position, other: Position): boolean {
  return one.commit === other.commit ? one.prepare > other.prepare : one.commit > other.commit;
}
