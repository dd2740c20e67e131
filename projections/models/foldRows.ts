import { sql } from 'kysely';
import { upsertRows } from '../postgres/rows.ts';
import type { ModelTarget } from './readModel.ts';

/** Folds a page into the rows of one table in memory: one statement reads them, one writes them. */
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
  const folded = new Map<unknown, Row>(rows.map((row) => [row[key], row]));
  for (const each of items) {
    const next = fold(folded.get(each.key), each.item);
    if (next !== undefined) folded.set(each.key, next);
  }
  await upsertRows(trx, { schema, table, key: [key] }, [...folded.values()]);
}
