import { sql } from 'kysely';
import type { LocalEvent, StoredEvent } from '../eventStore.ts';
import { lockFolding } from '../ingest/locks.ts';
import type { Keystore } from '../keys/keystore.ts';
import { ensureAccessKeys, findAccessKeys, type AccessKey } from '../logs/accessKeys.ts';
import { openAccess, sealAccess, SealedAccess } from '../logs/sealedAccess.ts';
import type { Database, Trx } from '../postgres/database.ts';
import { postgresEventStore } from '../postgres/eventStore.ts';
import type { Mark } from './reads.ts';

type Parts = { readonly database: Database; readonly keystore: Keystore };
type Placed = LocalEvent & { readonly stream: string };

/** Whether this node's events lie in another store than its database. */
export async function isCopy({ kysely }: Database): Promise<boolean> {
  const { rows } = await sql`select from store.event_copy`.execute(kysely);
  return rows.length > 0;
}

/** How far the copy is; undefined when there is none, without a position when it is of nothing yet. */
export async function readMark({ kysely }: Database): Promise<{ readonly mark: Mark | undefined } | undefined> {
  const { rows } = await sql<{ position: string | null; id: string | null }>`
    select position, id from store.event_copy`.execute(kysely);
  return rows.map(({ position, id }) => ({ mark: position === null || id === null ? undefined : { position, id } }))[0];
}

/** Says how far the copy is, or that it begins. */
export async function writeMark(db: Database['kysely'] | Trx, mark: Mark | undefined): Promise<void> {
  await sql`
    insert into store.event_copy (position, id) values (${mark?.position ?? null}, ${mark?.id ?? null}::uuid)
    on conflict (single) do update set position = excluded.position, id = excluded.id`.execute(db);
}

/** Says that the events lie in the database alone. */
export async function removeMark({ kysely }: Database): Promise<void> {
  await sql`truncate store.event_copy, store.walked_events`.execute(kysely);
}

/** Copies local events and moves the mark with them. Holds what an erasure holds: no record comes in with a key that goes. */
export async function copyPage(
  { database, keystore }: Parts,
  events: readonly StoredEvent[],
  seen: Mark,
): Promise<void> {
  await database.kysely.transaction().execute(async (trx) => {
    await lockFolding(trx);
    await copyLocal(trx, keystore, events);
    await writeMark(trx, seen);
  });
}

/** The same without the mark; notes what it has met. */
export async function copyWalked({ database, keystore }: Parts, events: readonly StoredEvent[]): Promise<void> {
  await database.kysely.transaction().execute(async (trx) => {
    await lockFolding(trx);
    await copyLocal(trx, keystore, events);
    const ids = events.flatMap(({ id, fact }) => (fact === undefined ? [id] : []));
    await sql`insert into store.walked_events select unnest(${ids}::uuid[]) on conflict do nothing`.execute(trx);
  });
}

async function copyLocal(trx: Trx, keystore: Keystore, events: readonly StoredEvent[]): Promise<void> {
  const local = events.flatMap((event) => accessIn(event) ?? []);
  if (local.length === 0) return;
  const ids = local.map(({ id }) => id);
  const { rows } = await sql<{ id: string }>`select id from store.events where id = any(${ids}::uuid[])`.execute(trx);
  const there = new Set(rows.map(({ id }) => id));
  const keys = await findAccessKeys(trx, keystore, ids);
  const fresh = local.filter(({ id }) => !there.has(id)).map((event) => placed(event, keys.get(event.id)));
  if (fresh.length > 0) await postgresEventStore(trx).appendEach(fresh);
}

type StoredAccess = { readonly id: string; readonly type: string; readonly sealed: SealedAccess };

/**
 * The access record that a local event of a store is; undefined for what no node has written. Whoever can write into the store
 * must not be able to stop the copy by what it cannot read, or to bring streams into it that facts have or will have.
 */
export function accessIn({ id, stream, type, body, fact }: StoredEvent): StoredAccess | undefined {
  if (fact !== undefined || stream !== `access-${id}`) return undefined;
  try {
    const { data } = SealedAccess.safeParse(JSON.parse(body));
    return data && { id, type, sealed: data };
  } catch {
    return undefined; // not even JSON
  }
}

/** As it stands in the database: opened in the stream of its person, or what an erasure leaves of it. */
function placed({ id, type, sealed }: StoredAccess, key: AccessKey | undefined): Placed {
  const opened = key && openAccess(key.key, id, sealed);
  if (key === undefined || opened === undefined)
    return { id, stream: `access-erased-${id}`, type: 'AccessErased', data: { commitment: sealed.commitment } };
  return { id, stream: key.stream, type, data: JSON.parse(opened) as object }; // its commitment is over these bytes
}

/** Forgets what an earlier walk has met. */
export async function beginWalk({ kysely }: Database): Promise<void> {
  await sql`truncate store.walked_events`.execute(kysely);
}

/** The oldest local events of the database that the walk has not met, as the store takes them; none when there are no more. */
export async function unwalked({ database, keystore }: Parts, limit: number): Promise<readonly Placed[]> {
  const { kysely } = database;
  const { rows } = await sql<{ id: string; stream: string; type: string; body: string }>`
    select id, stream, type, body from store.events e
    where block is null and not exists (select from store.walked_events w where w.id = e.id)
    order by xact, sequence limit ${limit}`.execute(kysely);
  const keys = await ensureAccessKeys(
    database,
    keystore,
    rows.filter(({ type }) => type === 'Accessed'),
  );
  return rows.map(({ id, stream, type, body }) => {
    const key = keys.get(id);
    const clear = { id, stream: type === 'AccessErased' ? `access-${id}` : stream, type };
    if (key === undefined) return { ...clear, data: JSON.parse(body) as object }; // canonical JSON of our own making
    return { ...clear, stream: `access-${id}`, data: sealAccess(key.key, id, body) };
  });
}

/** Notes events that the store has now. */
export async function noteWalked({ kysely }: Database, events: readonly Placed[]): Promise<void> {
  await sql`insert into store.walked_events select unnest(${events.map(({ id }) => id)}::uuid[])`.execute(kysely);
}
