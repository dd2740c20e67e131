import { sql } from 'kysely';
import { insertNewRows, upsertRows } from '../postgres/rows.ts';
import type { ModelTarget } from './readModel.ts';

/** Folds a page into the rows of one table in memory: one statement reads them, one writes what is changed and one what is new. */
export async function foldRows<Row extends object, Item>(
  { trx, schema }: ModelTarget,
  { table, key }: { readonly table: string; readonly key: string & keyof Row },
  items: readonly { readonly key: string; readonly item: Item }[],
  fold: (row: Row | undefined, item: Item) => Row | undefined,
): Promise<void> {
  if (items.length === 0) return;
  const keys = [...new Set(items.map((each) => each.key))];
  const { rows } = await sql<Row>`
    select * from ${sql.id(schema, table)} where ${sql.id(key)} = any(${keys})`.execute(trx);
  const known = new Set<unknown>(rows.map((row) => row[key]));
  const folded = new Map<unknown, Row>(rows.map((row) => [row[key], row]));
  for (const each of items) {
    const next = fold(folded.get(each.key), each.item);
    if (next !== undefined) folded.set(each.key, next);
  }
  const all = [...folded.values()];
  const to = { schema, table, key: [key] };
  await upsertRows(
    trx,
    to,
    all.filter((row) => known.has(row[key])),
  );
  await insertNewRows(
    trx,
    to,
    all.filter((row) => !known.has(row[key])),
  );
}
