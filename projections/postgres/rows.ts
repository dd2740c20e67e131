import { sql, type Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** A table and the columns by which its rows are told apart. */
export type TableRef = { readonly schema: string; readonly table: string; readonly key: readonly string[] };

/** Writes a page of new rows with one statement. */
export async function insertNewRows(
  db: Kysely<Tables>,
  to: Omit<TableRef, 'key'>,
  rows: readonly object[],
): Promise<void> {
  await write(db, to, rows, () => sql``);
}

/** Writes a page of rows with one statement; those whose key is there already stay as they are. */
export async function insertRows(db: Kysely<Tables>, to: TableRef, rows: readonly object[]): Promise<void> {
  await write(db, to, rows, () => sql`on conflict (${keyOf(to)}) do nothing`);
}

/** Writes a page of rows with one statement; a row whose key is there already is replaced. */
export async function upsertRows(db: Kysely<Tables>, to: TableRef, rows: readonly object[]): Promise<void> {
  await write(db, to, rows, (columns) => {
    const changed = columns.filter((column) => !to.key.includes(column));
    const changes = changed.map((column) => sql`${sql.id(column)} = excluded.${sql.id(column)}`);
    return sql`on conflict (${keyOf(to)}) do update set ${sql.join(changes)}`;
  });
}

function keyOf({ key }: TableRef): ReturnType<typeof sql> {
  return sql.join(key.map((column) => sql.id(column)));
}

// One JSON parameter for the whole page: the table itself says what the columns' types are.
async function write(
  db: Kysely<Tables>,
  { schema, table }: Omit<TableRef, 'key'>,
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
    ${onConflict(columns)}`.execute(db);
}
