import { sql, type Kysely, type RawBuilder } from 'kysely';
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

// One parameter for each column: PostgreSQL reads an array in half of the time that JSON takes it.
async function write(
  db: Kysely<Tables>,
  { schema, table }: Omit<TableRef, 'key'>,
  rows: readonly object[],
  onConflict: (columns: readonly string[]) => ReturnType<typeof sql>,
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first);
  const types = await typesOf(db, sql.id(schema, table), columns);
  const arrays = columns.map((column, index) => {
    const type = types[index] ?? '';
    const values = rows.map((row) => (row as Readonly<Record<string, unknown>>)[column]); // any object has any names, by right
    return sql`${arrayOf(values, type)}::${sql.raw(type)}[]`;
  });
  await sql`
    insert into ${sql.id(schema, table)} (${sql.join(columns.map((column) => sql.id(column)))})
    select * from unnest(${sql.join(arrays)})
    ${onConflict(columns)}`.execute(db);
}

// By the text of the look-up: a column of one name has one type in every database that this program has brought up to date.
const known = new Map<string, string>();

/** The types of a table's columns, as SQL writes them; the table itself says what they are. */
async function typesOf(
  db: Kysely<Tables>,
  table: RawBuilder<unknown>,
  columns: readonly string[],
): Promise<readonly string[]> {
  const { sql: name } = table.compile(db);
  const keys = columns.map((column) => `${name} ${column}`);
  if (!keys.every((key) => known.has(key))) {
    const { rows } = await sql<{ name: string; type: string }>`
      select attname as name, format_type(atttypid, null) as type from pg_attribute
      where attrelid = ${name}::regclass and attnum > 0 and not attisdropped`.execute(db);
    for (const each of rows) known.set(`${name} ${each.name}`, each.type);
  }
  return keys.map((key) => known.get(key) ?? '');
}

/** A column of a page as a text that PostgreSQL reads as an array. */
function arrayOf(values: readonly unknown[], type: string): string {
  if (type.endsWith('[]')) throw new TypeError('a column of arrays is not written in pages');
  const isJson = type === 'jsonb' || type === 'json';
  const texts = isJson ? values.map((value) => (value == null ? null : JSON.stringify(value))) : values;
  // JSON and arrays quote in one way and differ in the escapes of rare letters; all else but this costs thrice the time.
  const json = JSON.stringify(texts);
  return /\\[^"\\]/.test(json) ? `{${texts.map(elementOf).join(',')}}` : `{${json.slice(1, -1)}}`;
}

function elementOf(value: unknown): string {
  return typeof value === 'string' ? `"${value.replace(/["\\]/g, '\\$&')}"` : JSON.stringify(value ?? null);
}
