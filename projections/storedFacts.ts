import { sql } from 'kysely';
import type { LedgerEvent } from '#domain/envelope.ts';
import type { Keystore } from './keystore.ts';
import { openSealed } from './opening.ts';
import type { Place } from './place.ts';
import type { Database, Trx } from './postgres/database.ts';
import type { ProjectedEvent } from './readModel.ts';

type Row = {
  readonly block: number;
  readonly transaction: number;
  readonly event: number;
  readonly transaction_id: string;
  readonly stream: string;
  readonly version: number;
  readonly body: string;
  readonly entry: Uint8Array | null;
  readonly wrapped: Uint8Array | null;
};

/** The next facts of the ledger after a place, from the store, with the private values that this node has. */
export async function readFacts(
  db: Database['kysely'] | Trx,
  keystore: Keystore,
  after: Place | undefined,
  limit: number,
): Promise<readonly ProjectedEvent[]> {
  const { block, transaction, index } = after ?? { block: -1, transaction: 0, index: 0 };
  const { rows } = await sql<Row>`
    select f.block, f.transaction, f.event, f.transaction_id, f.stream, f.version, f.body, e.entry, k.wrapped
    from (
      select * from store.events
      where block is not null and (block, transaction, event) > (${block}, ${transaction}, ${index})
      order by block, transaction, event limit ${limit}
    ) as f
    left join store.sealed_entries e on e.stream = f.stream and e.version = f.version
    left join keystore.content_keys k on k.stream = f.stream and k.version = f.version
    order by f.block, f.transaction, f.event`.execute(db);
  return rows.map((row) => projectedFrom(row, keystore));
}

/** How many facts of the ledger the store holds. */
export async function countFacts(db: Database['kysely']): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from store.events where block is not null`.execute(db);
  return rows[0]?.count ?? 0;
}

/** A stored fact as the read models take it. */
function projectedFrom(row: Row, keystore: Keystore): ProjectedEvent {
  const { stream, version, entry, wrapped } = row;
  return {
    place: { block: row.block, transaction: row.transaction, index: row.event },
    transactionId: row.transaction_id,
    event: JSON.parse(row.body) as LedgerEvent, // ingest has read the same bytes as an event
    body: row.body,
    opened: () =>
      entry === null || wrapped === null ? undefined : openSealed(keystore, { stream, version, entry, wrapped }),
  };
}

/** One fact from the store. */
export async function readFact(
  db: Database['kysely'] | Trx,
  keystore: Keystore,
  { stream, version }: { readonly stream: string; readonly version: number },
): Promise<readonly ProjectedEvent[]> {
  const { rows } = await sql<Row>`
    select f.block, f.transaction, f.event, f.transaction_id, f.stream, f.version, f.body, e.entry, k.wrapped
    from store.events f
    left join store.sealed_entries e on e.stream = f.stream and e.version = f.version
    left join keystore.content_keys k on k.stream = f.stream and k.version = f.version
    where f.stream = ${stream} and f.version = ${version}`.execute(db);
  return rows.map((row) => projectedFrom(row, keystore));
}
