import { nounOf, type LedgerEvent } from '#domain/envelope.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { sha256 } from '#domain/seal/digest.ts';
import type { Place } from '../place.ts';
import { ask } from '../postgres/ask.ts';
import type { Database } from '../postgres/database.ts';
import { insertNewRows } from '../postgres/rows.ts';
import type { ProjectedEvent, ReadModel } from './readModel.ts';

/** An event as an auditor sees it. `hash` is what the next event of the stream must name as `prev`. */
export type TimelineEntry = {
  readonly place: Place;
  readonly transactionId: string;
  /** When its block was recorded: never before an earlier one, whatever the agencies' clocks say. */
  readonly recordedAt: string;
  readonly hash: string;
  readonly event: LedgerEvent;
};

/** Every public fact by its place, with what auditors ask by. */
export const timeline: ReadModel = {
  tables: ['timeline'],
  project: async (page, { trx, schema }) => {
    await insertNewRows(trx, { schema, table: 'timeline' }, page.map(rowOf));
  },
};

function rowOf({ place, event: { stream, version, type, at, by, command } }: ProjectedEvent) {
  const { block, transaction, index } = place;
  const who = { agency: by.agency, officer: by.officer ?? null };
  return { stream, version, type, at, ...who, command, noun: nounOf(stream), block, transaction, event: index };
}

/** What an entry is made from, where the store's events are `e` and recorded times `r`. */
export const entryColumns = `e.block, e.transaction, e.event, e.transaction_id, e.body, r.recorded_at`;
const recorded = 'join model.recorded_times r on r.block = e.block';
const ofStream = {
  name: 'find-history',
  text: `select ${entryColumns} from store.events e ${recorded}
    where e.stream = $1 and e.block is not null order by e.version`,
};
const ofCommand = {
  name: 'find-by-command',
  text: `select ${entryColumns} from model.timeline t join store.events e using (stream, version) ${recorded}
    where t.command = $1 order by t.stream, t.version`,
};

/** Every event of a stream, oldest first. */
export async function findHistory(db: Database, stream: string): Promise<readonly TimelineEntry[]> {
  return (await ask<EntryRow>(db, ofStream, [stream])).map(entryFrom);
}

/** What became of a command, by its id; empty when it changed nothing, or was never committed. */
export async function findByCommand(db: Database, command: string): Promise<readonly TimelineEntry[]> {
  return (await ask<EntryRow>(db, ofCommand, [command])).map(entryFrom);
}

/** A row of `entryColumns`. */
export type EntryRow = {
  readonly block: number;
  readonly transaction: number;
  readonly event: number;
  readonly transaction_id: string;
  readonly body: string;
  readonly recorded_at: string;
};

export function entryFrom({ block, transaction, event, transaction_id, body, recorded_at }: EntryRow): TimelineEntry {
  return {
    place: { block, transaction, index: event },
    transactionId: transaction_id,
    recordedAt: recorded_at,
    hash: sha256(body),
    event: JSON.parse(body) as LedgerEvent, // ingest has read the same bytes as an event
  };
}

/** Where a stream's hash chain breaks: the first version that is not what the chain says. Undefined when it holds. */
export function findBrokenLink(events: readonly LedgerEvent[]): number | undefined {
  let prev: string | undefined;
  for (const [index, event] of events.entries()) {
    if (event.version !== index + 1 || event.prev !== prev) return index + 1;
    prev = sha256(canonicalJson(event));
  }
  return undefined;
}
