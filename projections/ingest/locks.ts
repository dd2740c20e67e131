import { sql } from 'kysely';
import type { Trx } from '../postgres/database.ts';

/** Held while a page is folded or read models are swapped: one fold at a time, whatever processes share the database. */
export async function lockFolding(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock(18001, 2)`.execute(trx);
}

/** Held while late private values are filled in; false when a rebuild is on its way, which would not see them. */
export async function tryLockHealing(trx: Trx): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`select pg_try_advisory_xact_lock(18001, 3) as locked`.execute(trx);
  return rows[0]?.locked ?? false;
}
