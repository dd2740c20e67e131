import { sql } from 'kysely';
import { entryTables } from '../ingest/intake.ts';
import type { Database } from '../postgres/database.ts';

// Where rows of people who are erased were deleted or changed: keys, values, indexes, and who looked.
const swept = [
  ...[...entryTables, 'store.missing_entries', 'store.events', 'keystore.access_keys'],
  ...['store.party_notices', 'store.webhook_deliveries'],
  ...['model.identifiers', 'model.attributes', 'model.consents'],
];

/**
 * Writes these tables into new files and lets go of the old ones, then writes over the write-ahead log: until then
 * PostgreSQL keeps deleted rows in both, marks them, and takes the room when it needs it.
 */
export async function sweepErased({ pool, kysely }: Database): Promise<readonly string[]> {
  for (const table of swept) await sql`vacuum (full) ${sql.table(table)}`.execute(kysely);
  const { rows } = await pool.query<{ count: number }>('select count(*) as count from pg_ls_waldir()');
  // A segment that is done with is taken again later as it is; ending one fills what is left of it with zeros.
  for (let segments = (rows[0]?.count ?? 0) + 2; segments > 0; segments -= 1) {
    await pool.query('select pg_switch_wal()');
    await pool.query('checkpoint');
  }
  return swept;
}
