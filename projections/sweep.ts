import { sql } from 'kysely';
import type { Database } from './postgres/database.ts';

// Where rows of people who are erased were deleted or changed: keys, values, indexes, and who looked.
const swept = [
  ...['keystore.content_keys', 'keystore.blind_indexes'],
  ...['store.sealed_entries', 'store.missing_entries', 'store.events'],
  ...['model.identifiers', 'model.attributes', 'model.consents'],
];

/**
 * Writes these tables into new files and lets go of the old ones, then ends the segments of the write-ahead log in which
 * the rows had stood. Until then PostgreSQL has deleted rows in both: it marks them, and takes the room when it needs it.
 */
export async function sweepErased({ pool, kysely }: Database): Promise<readonly string[]> {
  for (const table of swept) await sql`vacuum (full) ${sql.table(table)}`.execute(kysely);
  const client = await pool.connect();
  try {
    for (let segments = 0; segments < 2; segments += 1) {
      await client.query('select pg_switch_wal()');
      await client.query('checkpoint');
    }
  } finally {
    client.release();
  }
  return swept;
}
