import type { LedgerEvent } from '#domain/envelope.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { sha256 } from '#domain/seal/digest.ts';
import type { Place } from './place.ts';
import { ask, type Question } from './postgres/ask.ts';
import type { Database } from './postgres/database.ts';
import { insertNewRows } from './postgres/rows.ts';
import type { ProjectedEvent, ReadModel } from './readModel.ts';

/** An event as an auditor sees it. `hash` is what the next event of the stream must name as `prev`. */
export type TimelineEntry = {
  readonly place: Place;
  readonly transactionId: string;
  readonly hash: string;
  readonly event: LedgerEvent;
};

export const timeline: ReadModel = {
  tables: ['timeline'],
  project: async (page, { trx, schema }) => {
    await insertNewRows(trx, { schema, table: 'timeline' }, page.map(rowOf));
  },
};

function rowOf({ event: { stream, version, type, at, by, command } }: ProjectedEvent) {
  return { stream, version, type, at, agency: by.agency, officer: by.officer ?? null, command };
}

const columns = 'e.block, e.transaction, e.event, e.transaction_id, e.body';
const ofStream = {
  name: 'find-history',
  text: `select ${columns} from store.events e where e.stream = $1 and e.block is not null order by e.version`,
};
const ofCommand = {
  name: 'find-by-command',
  text: `select ${columns} from model.timeline t join store.events e using (stream, version)
    where t.command = $1 order by t.stream, t.version`,
};

/** Every event of a stream, oldest first. */
export async function findHistory(db: Database, stream: string): Promise<readonly TimelineEntry[]> {
  return entries(db, ofStream, stream);
}

/** What became of a command, by its id; empty when it changed nothing, or was never committed. */
export async function findByCommand(db: Database, command: string): Promise<readonly TimelineEntry[]> {
  return entries(db, ofCommand, command);
}

type Row = {
  readonly block: number;
  readonly transaction: number;
  readonly event: number;
  readonly transaction_id: string;
  readonly body: string;
};

async function entries(db: Database, question: Question, value: string): Promise<readonly TimelineEntry[]> {
  const rows = await ask<Row>(db, question, [value]);
  return rows.map(({ block, transaction, event, transaction_id, body }) => ({
    place: { block, transaction, index: event },
    transactionId: transaction_id,
    hash: sha256(body),
    event: JSON.parse(body) as LedgerEvent, // ingest has read the same bytes as an event
  }));
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
