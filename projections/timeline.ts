import type { LedgerEvent } from '#domain/envelope.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { sha256 } from '#domain/seal/digest.ts';
import type { Place } from './place.ts';
import { ask, type Question } from './postgres/ask.ts';
import type { Database } from './postgres/database.ts';
import { insertRows } from './postgres/rows.ts';
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
    await insertRows(trx, { schema, table: 'timeline', key: ['stream', 'version'] }, page.map(rowOf));
  },
};

function rowOf({ place, transactionId, event, body }: ProjectedEvent) {
  return {
    stream: event.stream,
    version: event.version,
    block: place.block,
    transaction: place.transaction,
    event: place.index,
    transaction_id: transactionId,
    type: event.type,
    at: event.at,
    agency: event.by.agency,
    officer: event.by.officer ?? null,
    command: event.command,
    hash: sha256(body),
    body,
  };
}

const columns = 'select block, transaction, event, transaction_id, hash, body from model.timeline';
const ofStream = { name: 'find-history', text: `${columns} where stream = $1 order by version` };
const ofCommand = { name: 'find-by-command', text: `${columns} where command = $1 order by stream, version` };

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
  readonly hash: string;
  readonly body: string;
};

async function entries(db: Database, question: Question, value: string): Promise<readonly TimelineEntry[]> {
  const rows = await ask<Row>(db, question, [value]);
  return rows.map(({ block, transaction, event, transaction_id, hash, body }) => ({
    place: { block, transaction, index: event },
    transactionId: transaction_id,
    hash,
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
