import { sql } from 'kysely';
import { leafHash } from '#ledger/log/treeHash.ts';
import { appendLeaves } from '../logs/keptTree.ts';
import type { Database } from '../postgres/database.ts';
import { upsertRows } from '../postgres/rows.ts';
import type { ModelTarget, ProjectedEvent, ReadModel } from './readModel.ts';
import type { Place } from '../place.ts';

/** Where the hashes of the registry log lie. */
export const registryTree = { schema: 'model', table: 'log_strips' } as const;

/** The end of a block, and how many leaves the registry log has there. */
export type LogEnd = { readonly block: number; readonly size: number };

/** The registry log: hashes of its tree, and its size at the end of each block. */
export const registryLog: ReadModel = {
  tables: ['log_strips', 'log_blocks'],
  project: async (page, target) => {
    const [first] = page;
    if (first === undefined) return;
    const known = await sizeIn(target);
    const size = known === 0 ? await catchUp(target, first.place) : known;
    await append(target, size, page.map(leafOf));
  },
};

type Leaf = { readonly block: number; readonly body: string };

function leafOf({ place, body }: ProjectedEvent): Leaf {
  return { block: place.block, body };
}

async function append({ trx, schema }: ModelTarget, size: number, leaves: readonly Leaf[]): Promise<void> {
  const hashes = leaves.map(({ body }) => leafHash(body));
  await appendLeaves(trx, { schema, table: 'log_strips' }, size, hashes);
  const ends = new Map(leaves.map(({ block }, index) => [block, size + index + 1]));
  const rows = [...ends].map(([block, end]) => ({ block, size: end }));
  // A rebuild's pages may end within a block, which the next page then goes on with.
  await upsertRows(trx, { schema, table: 'log_blocks', key: ['block'] }, rows);
}

async function sizeIn({ trx, schema }: ModelTarget): Promise<number> {
  const { rows } = await sql<{ size: number }>`
    select size from ${sql.id(schema, 'log_blocks')} order by block desc limit 1`.execute(trx);
  return rows[0]?.size ?? 0;
}

const catchUpPage = 2000;

/** A node that took events in before it kept the log: they lie in its store, and come first. Answers the size. */
async function catchUp(target: ModelTarget, { block, transaction, index }: Place): Promise<number> {
  let size = 0;
  let after: Place = { block: -1, transaction: 0, index: 0 };
  for (;;) {
    const { rows } = await sql<Leaf & { transaction: number; event: number }>`
      select block, transaction, event, body from store.events
      where (block, transaction, event) > (${after.block}, ${after.transaction}, ${after.index})
        and (block, transaction, event) < (${block}, ${transaction}, ${index})
      order by block, transaction, event limit ${catchUpPage}`.execute(target.trx);
    const last = rows.at(-1);
    if (last === undefined) return size;
    await append(target, size, rows);
    size += rows.length;
    after = { block: last.block, transaction: last.transaction, index: last.event };
  }
}

/** The newest end of a block in the registry log; undefined before the first event. */
export async function findLogEnd({ kysely }: Database): Promise<LogEnd | undefined> {
  const { rows } = await sql<LogEnd>`
    select block, size from model.log_blocks order by block desc limit 1`.execute(kysely);
  return rows[0];
}

/** Where an event stands in the registry log; undefined when there is no such event of the ledger. */
export async function findLeafIndex(
  { kysely }: Database,
  stream: string,
  version: number,
): Promise<number | undefined> {
  const { rows } = await sql<{ place: number }>`
    select coalesce((select size from model.log_blocks where block < e.block order by block desc limit 1), 0)
      + (select count(*) from store.events b
          where b.block = e.block and (b.transaction, b.event) < (e.transaction, e.event)) as place
    from store.events e where e.stream = ${stream} and e.version = ${version} and e.block is not null`.execute(kysely);
  return rows[0]?.place;
}

/** The events of consecutive leaves, verbatim; fewer where the log ends. */
export async function readLeaves({ kysely }: Database, first: number, count: number): Promise<readonly Buffer[]> {
  const { rows } = await sql<{ body: string }>`
    with start as (select block, size from model.log_blocks where size > ${first} order by size limit 1),
      before as (select coalesce((
        select b.size from model.log_blocks b, start where b.block < start.block order by b.block desc limit 1), 0) as size)
    select body from store.events
    where block >= (select block from start)
    order by block, transaction, event
    offset ${first} - (select size from before) limit ${count}`.execute(kysely);
  return rows.map(({ body }) => Buffer.from(body));
}

/** An event as it stands in the log. */
export async function findLeaf({ kysely }: Database, stream: string, version: number): Promise<Buffer | undefined> {
  const { rows } = await sql<{ body: string }>`
    select body from store.events
    where stream = ${stream} and version = ${version} and block is not null`.execute(kysely);
  return rows[0] === undefined ? undefined : Buffer.from(rows[0].body);
}
