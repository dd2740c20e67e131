import { hash } from 'node:crypto';
import { sql } from 'kysely';
import { leafHash } from '#ledger/log/treeHash.ts';
import { appendLeaves } from './keptTree.ts';
import type { Database, Trx } from '../postgres/database.ts';
import { insertNewRows } from '../postgres/rows.ts';
import type { KeptLog } from './signedCheckpoint.ts';

/** The log of this node's access records. */
export const keptAccessLog: KeptLog = {
  name: 'access',
  tree: { schema: 'store', table: 'access_strips' },
  signers: 1,
  size: ({ kysely }) => sizeOf(kysely),
};

/** What the log holds of a record: nothing can be learned from it without the salt, which is part of the record. */
export function accessCommitment(record: string): Buffer {
  return hash('sha256', record, 'buffer');
}

async function sizeOf(db: Database['kysely'] | Trx): Promise<number> {
  const { rows } = await sql<{ place: number }>`
    select place from store.access_leaves order by place desc limit 1`.execute(db);
  return (rows[0]?.place ?? -1) + 1;
}

type Row = {
  readonly xact: string;
  readonly sequence: string;
  readonly id: string;
  /** Null for what is no access record, or is in the log already. */
  readonly commitment: Buffer | null;
};

const pageSize = 2000;

/** Takes new access records into the tree, in the order in which they became durable. */
export async function takeInAccesses(database: Database): Promise<void> {
  while ((await takePage(database)) === pageSize);
}

/** Answers how many rows it has looked at. */
async function takePage({ kysely }: Database): Promise<number> {
  return kysely.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(18001, 4)`.execute(trx); // agencies in one process share their tables
    const rows = await newRows(trx);
    const last = rows.at(-1);
    if (last === undefined) return 0;
    const size = await sizeOf(trx);
    const leaves = rows.flatMap(({ id, commitment }) => (commitment === null ? [] : [{ id, commitment }]));
    const placed = leaves.map(({ id, commitment }, index) => ({
      ...{ place: size + index, access_id: id },
      commitment: `\\x${commitment.toString('hex')}`,
    }));
    await insertNewRows(trx, { schema: 'store', table: 'access_leaves' }, placed);
    const hashes = leaves.map(({ commitment }) => leafHash(commitment));
    await appendLeaves(trx, keptAccessLog.tree, size, hashes);
    await sql`
      insert into store.access_cursor (xact, sequence) values (${last.xact}::xid8, ${last.sequence}::bigint)
      on conflict (single) do update set xact = excluded.xact, sequence = excluded.sequence`.execute(trx);
    return rows.length;
  });
}

// Transactions commit in another order than they began; those before the oldest that still runs are all there. A record
// that an erasure has met before the tree has left its commitment: the tree omits nobody who looked. A cursor from another
// PostgreSQL cluster, whose transaction numbers are higher, means nothing here: all is looked at again.
async function newRows(trx: Trx): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`
    with cursor as (
      select xact, sequence from store.access_cursor where xact < pg_snapshot_xmax(pg_current_snapshot()))
    select e.xact::text, e.sequence::text, e.id, case when l.access_id is null then case e.type
        when 'Accessed' then sha256(convert_to(e.body, 'UTF8'))
        when 'AccessErased' then decode(e.body::json ->> 'commitment', 'hex') end end as commitment
    from store.events e left join store.access_leaves l on l.access_id = e.id
    where (e.xact, e.sequence) > (
        coalesce((select xact from cursor), '0'::xid8), coalesce((select sequence from cursor), -1))
      and e.xact < pg_snapshot_xmin(pg_current_snapshot())
    order by e.xact, e.sequence limit ${pageSize}`.execute(trx);
  return rows;
}

/** Where an access record stands in the log; undefined for none, and for one that has not been taken in yet. */
export async function findAccessIndex({ kysely }: Database, accessId: string): Promise<number | undefined> {
  const { rows } = await sql<{ place: number }>`
    select place from store.access_leaves where access_id = ${accessId}`.execute(kysely);
  return rows[0]?.place;
}

/** What the leaves are hashes of. */
export async function readAccessLeaves({ kysely }: Database, first: number, count: number): Promise<readonly Buffer[]> {
  const { rows } = await sql<{ commitment: Buffer }>`
    select commitment from store.access_leaves
    where place >= ${first} and place < ${first + count} order by place`.execute(kysely);
  return rows.map(({ commitment }) => commitment);
}
