import { sql } from 'kysely';
import * as z from 'zod';
import type { Place } from '../place.ts';
import type { Database } from '../postgres/database.ts';

/** A fact of the ledger as one node tells it to another: where it stands, and the event verbatim. */
export type HistoryEntry = Place & { readonly transactionId: string; readonly body: string };

/** Consecutive facts from a leaf of the registry log on. `whole`: no more of them lie before the block that was named. */
export type HistoryPage = { readonly entries: readonly HistoryEntry[]; readonly whole: boolean };

/** From which leaf on, and before which block. */
export type HistoryRange = { readonly first: number; readonly before: number };

// Part of the protocol: every node cuts the same range into the same pages, so that their digests can be compared.
const mostEntries = 1000;
const mostBytes = 2 * 1024 * 1024;

/** One page of the facts before a block. */
export async function readHistoryPage({ kysely }: Database, { first, before }: HistoryRange): Promise<HistoryPage> {
  const { rows } = await sql<HistoryEntry>`
    with start as (select block, size from model.log_blocks where size > ${first} order by size limit 1),
      earlier as (select coalesce((
        select b.size from model.log_blocks b, start where b.block < start.block order by b.block desc limit 1), 0) as size)
    select block, transaction, event as index, transaction_id as "transactionId", body from store.events
    where block >= (select block from start) and block < ${before}
    order by block, transaction, event
    offset ${first} - (select size from earlier) limit ${mostEntries + 1}`.execute(kysely);
  let bytes = 0;
  const fits = rows.findIndex(({ body }, index) => (bytes += Buffer.byteLength(body)) > mostBytes && index > 0);
  const entries = rows.slice(0, Math.min(mostEntries, fits < 0 ? mostEntries : fits));
  return { entries, whole: entries.length === rows.length };
}

const Line = z.tuple([
  z.int().min(0),
  z.int().min(0),
  z.int().min(0),
  z.string().min(1).max(128),
  z.string().min(2).max(65_535),
]);

/** A page as it is sent and hashed: a line for each fact, and a last one that says whether there are more. */
export function writeHistoryPage({ entries, whole }: HistoryPage): string {
  const lines = entries.map(({ block, transaction, index, transactionId, body }) =>
    JSON.stringify([block, transaction, index, transactionId, body]),
  );
  return [...lines, whole ? 'whole' : 'more'].join('\n');
}

/** Reads a page; undefined when it is none. */
export function parseHistoryPage(text: string): HistoryPage | undefined {
  const lines = text.split('\n');
  const end = lines.pop();
  if ((end !== 'whole' && end !== 'more') || (end === 'more' && lines.length === 0)) return undefined;
  const parsed = z.array(Line).safeParse(lines.map(valueOf));
  if (!parsed.success) return undefined;
  const entries = parsed.data.map(([block, transaction, index, transactionId, body]) => ({
    ...{ block, transaction, index, transactionId, body },
  }));
  return { entries, whole: end === 'whole' };
}

function valueOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
