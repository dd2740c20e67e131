import { sql } from 'kysely';
import type { Database, Trx } from './postgres/database.ts';
import { readModels } from './readModels.ts';

/** One digest over every row of the read models in a schema, whatever order the rows lie in. */
export async function contentHash(db: Database['kysely'] | Trx, schema: string): Promise<string> {
  const tables = [...readModels.flatMap((model) => model.tables), 'positions'];
  const digests = tables.map(
    (table) => sql`
      select ${table} as name, sha256(coalesce(string_agg(digest, ''::bytea order by digest), ''::bytea)) as digest
      from (select sha256(convert_to(row::text, 'UTF8')) as digest from ${sql.id(schema, table)} as row) as rows`,
  );
  const { rows } = await sql<{ hash: string }>`
    select encode(sha256(string_agg(digest, ''::bytea order by name)), 'hex') as hash
    from (${sql.join(digests, sql` union all `)}) as digests`.execute(db);
  return rows[0]?.hash ?? '';
}
