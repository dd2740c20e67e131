import { sql } from 'kysely';
import { sealedKeyOf } from '#ledger/blocks/ledgerEvents.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { storeEntries, unseal } from './intake.ts';
import type { Keystore } from './keystore.ts';
import { lockFolding, tryLockHealing } from './locks.ts';
import type { Database } from './postgres/database.ts';
import { readModels } from './readModels.ts';
import { readFact } from './storedFacts.ts';

type Parts = { readonly database: Database; readonly ledger: Ledger; readonly keystore: Keystore };
type Missing = { readonly stream: string; readonly version: number; readonly class: string };

/** How many private entries this node still waits for. */
export async function countMissing({ kysely }: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from store.missing_entries`.execute(kysely);
  return rows[0]?.count ?? 0;
}

/** Asks the ledger for private entries that did not come with their blocks, each less often the longer it is away. */
export async function healMissing(parts: Parts): Promise<void> {
  const { rows } = await sql<Missing>`
    select stream, version, class from store.missing_entries
    where next_attempt <= now() order by next_attempt limit 50`.execute(parts.database.kysely);
  for (const missing of rows) if (!(await healOne(parts, missing))) await postpone(parts.database, missing);
}

async function healOne(
  { database, ledger, keystore }: Parts,
  { stream, version, class: of }: Missing,
): Promise<boolean> {
  const entry = await ledger.privateEntry(of, sealedKeyOf({ stream, version }));
  if (entry === undefined) return false;
  return database.kysely.transaction().execute(async (trx) => {
    if (!(await tryLockHealing(trx))) return false;
    await lockFolding(trx);
    const page = await readFact(trx, stream, version);
    const openable = page.flatMap(({ event }) => unseal(keystore, event, entry) ?? []);
    if (openable.length === 0) return false;
    await storeEntries(trx, keystore, openable);
    await sql`delete from store.missing_entries where stream = ${stream} and version = ${version}`.execute(trx);
    for (const { heal } of readModels) await heal?.(page, { trx, schema: 'model' });
    return true;
  });
}

async function postpone({ kysely }: Database, { stream, version }: Missing): Promise<void> {
  await sql`
    update store.missing_entries
    set attempts = attempts + 1, next_attempt = now() + least(power(2, attempts), 3600) * interval '1 second'
    where stream = ${stream} and version = ${version}`.execute(kysely);
}
