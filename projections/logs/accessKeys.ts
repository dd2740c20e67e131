import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Keystore } from '../keys/keystore.ts';
import type { Database, Trx } from '../postgres/database.ts';

/** The key of one access record, and the stream of the person it is about. */
export type AccessKey = { readonly stream: string; readonly key: Uint8Array };
type Row = { readonly id: string; readonly stream: string; readonly wrapped: Uint8Array };

/** Makes and keeps keys for access records, durably; a record that has one keeps it. */
export async function ensureAccessKeys(
  { kysely }: Pick<Database, 'kysely'>,
  keystore: Keystore,
  accesses: readonly { readonly id: string; readonly stream: string }[],
): Promise<ReadonlyMap<string, AccessKey>> {
  const ids = accesses.map(({ id }) => id);
  const streams = accesses.map(({ stream }) => stream);
  const found = await kysely.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock_shared(18001, 5)`.execute(trx);
    const made = ids.map((id) => Buffer.from(keystore.wrap(randomBytes(32), accessPlace(id))));
    await sql`
      insert into keystore.access_keys (access_id, stream, wrapped)
      select * from unnest(${ids}::uuid[], ${streams}::text[], ${made}::bytea[])
      on conflict do nothing`.execute(trx);
    return findAccessKeys(trx, keystore, ids);
  });
  if (ids.some((id) => !found.has(id))) throw new Error('an access record has a key that this node does not open');
  return found;
}

/** The keys of these access records that there are, and that this node opens. */
export async function findAccessKeys(
  db: Database['kysely'] | Trx,
  keystore: Keystore,
  ids: readonly string[],
): Promise<ReadonlyMap<string, AccessKey>> {
  const { rows } = await sql<Row>`
    select access_id as id, stream, wrapped from keystore.access_keys where access_id = any(${ids}::uuid[])`.execute(
    db,
  );
  return new Map(rows.flatMap((row) => opened(keystore, row)));
}

/** Keeps keys from being wrapped for as long as the transaction lasts: when the key that wraps them is changed. */
export async function lockAccessKeys(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock(18001, 5)`.execute(trx);
}

function opened(keystore: Keystore, { id, stream, wrapped }: Row): readonly (readonly [string, AccessKey])[] {
  try {
    return [[id, { stream, key: keystore.open(wrapped, accessPlace(id)) }]];
  } catch {
    return []; // wrapped under a key of the node that was lost: the record stays shut
  }
}

/** What a wrap of such a key is bound to. */
export function accessPlace(accessId: string): string {
  return `access ${accessId}`;
}
