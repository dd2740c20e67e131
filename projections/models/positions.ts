import { sql } from 'kysely';
import type { Database, Trx } from '../postgres/database.ts';
import { upsertRows } from '../postgres/rows.ts';

const fold = 'ledger';

/** The last block that the read models of a schema contain; -1 before the first. */
export async function readPosition(db: Database['kysely'] | Trx, schema: string): Promise<number> {
  const { rows } = await sql<{ block: number }>`
    select block from ${sql.id(schema, 'positions')} where fold = ${fold}`.execute(db);
  return rows[0]?.block ?? -1;
}

export async function movePosition(trx: Trx, schema: string, block: number): Promise<void> {
  await upsertRows(trx, { schema, table: 'positions', key: ['fold'] }, [{ fold, block }]);
}
