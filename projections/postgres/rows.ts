import { sql, type Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** A table and the columns by which its rows are told apart. */
export type TableRef = { readonly schema: string; readonly table: string; readonly key: readonly string[] };

/** Writes a page of rows with one statement; those whose key is there already stay as they are. */
export async function insertRows(db: Kysely<Tables>, to: TableRef, rows: readonly object[]): Promise<void> {
  await write(db, to, rows, () => sql`do nothing`);
}

/** Writes a page of rows with one statement; a row whose key is there already is replaced. */
export async function upsertRows(db: Kysely<Tables>, to: TableRef, rows: readonly object[]): Promise<void> {
  await write(db, to, rows, (columns) => {
    const changed = columns.filter((column) => !to.key.includes(column));
    return sql`do update set ${sql.join(changed.map((column) => sql`${sql.id(column)} = excluded.${sql.id(column)}`))}`;
  });
}

// One JSON parameter for the whole page: the table itself says what the columns' types are.
async function write(
  db: Kysely<Tables>,
  { schema, table, key }: TableRef,
  rows: readonly object[],
  onConflict: (columns: readonly string[]) => ReturnType<typeof sql>,
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first);
  const list = sql.join(columns.map((column) => sql.id(column)));
  await sql`
    insert into ${sql.id(schema, table)} (${list})
    select ${list} from json_populate_recordset(null::${sql.id(schema, table)}, ${JSON.stringify(rows)}::json)
    on conflict (${sql.join(key.map((column) => sql.id(column)))}) ${onConflict(columns)}`.execute(db);
}
