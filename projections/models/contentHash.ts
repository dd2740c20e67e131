import { sql } from 'kysely';
import type { Database, Trx } from '../postgres/database.ts';
import { readModels } from './readModels.ts';

/**
 * One digest over every row of the read models in a schema, whatever order the rows lie in: sums of two 64-bit hashes of
 * each row. It tells mistakes, not forgeries: whoever can write these tables can write this program's answers too.
 */
export async function contentHash(db: Database['kysely'] | Trx, schema: string): Promise<string> {
  const tables = [...readModels.flatMap((model) => model.tables), 'positions'];
  const sums = tables.map(
    (table) => sql`
      select ${table} as name, concat_ws(' ', count(*), sum(hash_record_extended(row, 1)::numeric),
        sum(hash_record_extended(row, 2)::numeric)) as sums
      from ${sql.id(schema, table)} as row`,
  );
  const { rows } = await sql<{ hash: string }>`
    select encode(sha256(string_agg(name || ' ' || sums, E'\\n' order by name)::bytea), 'hex') as hash
    from (${sql.join(sums, sql` union all `)}) as tables`.execute(db);
  return rows[0]?.hash ?? '';
}
