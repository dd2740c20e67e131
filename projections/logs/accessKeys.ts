import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Keystore } from '../keys/keystore.ts';
import type { Database, Trx } from '../postgres/database.ts';

/** The key of one access record, and the stream of the person it is about. */
export type AccessKey = { readonly stream: string; readonly key: Uint8Array };
type Row = { readonly id: string; readonly stream: string; readonly wrapped: Uint8Array };

/** Makes and keeps keys for access records, durably; a record that has one keeps it. */
export async function ensureAccessKeys(
  db: Database['kysely'] | Trx,
  keystore: Keystore,
  accesses: readonly { readonly id: string; readonly stream: string }[],
): Promise<ReadonlyMap<string, AccessKey>> {
  const made = accesses.map(({ id }) => Buffer.from(keystore.wrap(randomBytes(32), placeOf(id))));
  await sql`
    insert into keystore.access_keys (access_id, stream, wrapped)
    select * from unnest(${accesses.map(({ id }) => id)}::uuid[], ${accesses.map(({ stream }) => stream)}::text[], ${made}::bytea[])
    on conflict do nothing`.execute(db);
  const ids = accesses.map(({ id }) => id);
  const found = await findAccessKeys(db, keystore, ids);
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

function opened(keystore: Keystore, { id, stream, wrapped }: Row): readonly (readonly [string, AccessKey])[] {
  try {
    return [[id, { stream, key: keystore.open(wrapped, placeOf(id)) }]];
  } catch {
    return []; // wrapped under a key of the node that was lost: the record stays shut
  }
}

/** What a wrap of such a key is bound to. */
export function placeOf(accessId: string): string {
  return `access ${accessId}`;
}
