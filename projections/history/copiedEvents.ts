import { sql } from 'kysely';
import * as z from 'zod';
import { Digest } from '#domain/envelope.ts';
import { sha256 } from '#domain/seal/digest.ts';
import type { Place } from '../place.ts';
import type { Database } from '../postgres/database.ts';
import { insertNewRows } from '../postgres/rows.ts';
import { HistoryFault } from './historyFault.ts';
import type { HistoryEntry } from './historyPage.ts';

/** Where the copy ends so far: how many facts it has, and the last of them. */
export type CopyEnd = { readonly size: number; readonly last: Placed | undefined };
type Placed = Place & { readonly transactionId: string };

/** The newest copied event of a stream. */
export type CopiedHead = { readonly stream: string; readonly version: number; readonly hash: string };

/** Where an earlier try broke off; facts from this block on are none of the copy's, and go. */
export async function resumeCopy({ kysely }: Database, before: number): Promise<CopyEnd> {
  await sql`delete from store.copied_events where block >= ${before}`.execute(kysely);
  const { rows } = await sql<Place & { leaf: number; transactionId: string }>`
    select leaf, block, transaction, event as index, transaction_id as "transactionId"
    from store.copied_events order by leaf desc limit 1`.execute(kysely);
  return { size: (rows[0]?.leaf ?? -1) + 1, last: rows[0] };
}

/** What does not hold is not kept, so that the next try begins with other nodes' word. */
export async function dropCopy({ kysely }: Database): Promise<void> {
  await sql`truncate store.copied_events`.execute(kysely);
}

const Said = z.looseObject({
  stream: z.string().min(1),
  version: z.int().min(1),
  type: z.string().min(1),
  prev: Digest.optional(),
});

/** Adds entries behind the end of the copy. Throws a HistoryFault for what is no fact, or stands in no order. */
export async function keepEntries(
  { kysely }: Database,
  end: CopyEnd,
  entries: readonly HistoryEntry[],
  before: number,
): Promise<CopyEnd> {
  const rows = entries.map((entry, index) => {
    demandPlace(entry, entries[index - 1] ?? end.last, before);
    const { stream, version, prev = null } = saidIn(entry);
    const { block, transaction, index: event, transactionId: transaction_id, body } = entry;
    const place = { leaf: end.size + index, block, transaction, event, transaction_id };
    return { ...place, stream, version, prev, hash: sha256(body), body };
  });
  await insertNewRows(kysely, { schema: 'store', table: 'copied_events' }, rows);
  return { size: end.size + entries.length, last: entries.at(-1) ?? end.last };
}

function saidIn({ body, block }: HistoryEntry): z.infer<typeof Said> {
  const parsed = Said.safeParse(jsonOf(body));
  // PostgreSQL keeps no NUL in a text, and no JSON of ours has one.
  if (parsed.success && !body.includes('\u0000')) return parsed.data;
  throw new HistoryFault('ERR_SOURCE_INVALID', `what is told of block ${block} is no fact`);
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Facts come by block, transaction, and number within the transaction; none may be passed over within one. */
function demandPlace(entry: HistoryEntry, last: CopyEnd['last'], before: number): void {
  if (entry.block < before && (last === undefined ? entry.index === 0 : follows(entry, last))) return;
  throw new HistoryFault('ERR_PLACE_WRONG', `a fact of block ${entry.block} does not stand behind the one before it`);
}

function follows(entry: Placed, last: Placed): boolean {
  const { block, transaction, index, transactionId } = entry;
  if (block === last.block && transaction === last.transaction)
    return index === last.index + 1 && transactionId === last.transactionId;
  return index === 0 && (block > last.block || (block === last.block && transaction > last.transaction));
}

/** The newest event of each stream, by pages in the order of their names. */
export async function* copiedHeads({ kysely }: Database): AsyncGenerator<readonly CopiedHead[]> {
  let after = '';
  for (;;) {
    const { rows } = await sql<CopiedHead>`
      select distinct on (stream) stream, version, hash from store.copied_events
      where stream > ${after} order by stream, version desc limit 500`.execute(kysely);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    after = last.stream;
  }
}

/** The newest copied event of each of these streams. */
export async function copiedHeadsOf(
  { kysely }: Database,
  streams: readonly string[],
): Promise<ReadonlyMap<string, CopiedHead>> {
  const { rows } = await sql<CopiedHead>`
    select distinct on (stream) stream, version, hash from store.copied_events
    where stream = any(${streams}) order by stream, version desc`.execute(kysely);
  return new Map(rows.map((row) => [row.stream, row]));
}

/** How many streams there are. */
export async function countCopiedStreams({ kysely }: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(distinct stream) as count from store.copied_events`.execute(kysely);
  return rows[0]?.count ?? 0;
}
