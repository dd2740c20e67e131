import { setTimeout as pause } from 'node:timers/promises';
import { sql, type Kysely, type RawBuilder } from 'kysely';
import pg from 'pg';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { WrongVersion, type EventStore, type LedgerRecord, type LocalEvent, type StoredEvent } from '../eventStore.ts';
import { ledgerEventId } from '../place.ts';
import { insertRows } from './rows.ts';
import type { Tables } from './tables.ts';

const uniqueViolation = '23505';
const subscriptionPage = 1000;
const idlePause = 50; // ms between looks when nothing is new

/** The event store in PostgreSQL. Given a transaction, everything it does is part of it. */
export function postgresEventStore(db: Kysely<Tables>): EventStore {
  return {
    append: (stream, expected, events) => append(db, stream, expected, events),
    appendEach: (events) => appendEach(db, events),
    record: (facts) => record(db, facts),
    readStream: (stream, from = 1) => readStream(db, stream, from),
    readAll: (after, limit) => readAll(db, after, limit),
    subscribe: (after, signal) => subscribe(db, after, signal),
  };
}

async function append(
  db: Kysely<Tables>,
  stream: string,
  expected: number | 'any',
  events: readonly LocalEvent[],
): Promise<void> {
  const ids = events.map(({ id }) => id);
  while (events.length > 0) {
    if (await tryAppend(db, stream, expected, events)) return;
    const { rows } = await sql`select 1 from store.events where id = any(${ids})`.execute(db);
    if (rows.length === ids.length) return;
    if (rows.length > 0 || expected !== 'any') throw new WrongVersion(stream, expected === 'any' ? 0 : expected);
  }
}

/** False when the stream is not at the expected version, or when one of the events is there already. */
async function tryAppend(
  db: Kysely<Tables>,
  stream: string,
  expected: number | 'any',
  events: readonly LocalEvent[],
): Promise<boolean> {
  const rows = events.map(({ id, type, data }, index) => ({ id, type, body: canonicalJson(data), step: index + 1 }));
  const statement = sql`
    insert into store.events (id, stream, version, type, body)
    select new.id, ${stream}, head.version + new.step, new.type, new.body
    from json_to_recordset(${JSON.stringify(rows)}::json) as new(id uuid, type text, body text, step integer),
      (select coalesce(max(version), 0) as version from store.events where stream = ${stream}) as head
    where ${expected === 'any' ? sql`true` : sql`head.version = ${expected}`}`;
  return (await affectedRows(db, statement)) === rows.length;
}

async function appendEach(
  db: Kysely<Tables>,
  events: readonly (LocalEvent & { readonly stream: string })[],
): Promise<void> {
  const rows = events.map(({ stream, id, type, data }, step) => ({
    stream,
    id,
    type,
    body: canonicalJson(data),
    step,
  }));
  const statement = sql`
    insert into store.events (id, stream, version, type, body)
    select new.id, new.stream, head.version + row_number() over (partition by new.stream order by new.step), new.type, new.body
    from json_to_recordset(${JSON.stringify(rows)}::json) as new(id uuid, stream text, type text, body text, step integer)
    cross join lateral (
      select coalesce(max(version), 0) as version from store.events where stream = new.stream
    ) as head
    order by new.step`; // sequence numbers are drawn in this order
  if ((await affectedRows(db, statement)) !== undefined) return;
  // Another process was at one of these streams, or an event is there already: one by one, so that each is settled.
  for (const { stream, ...event } of events) await append(db, stream, 'any', [event]);
}

/** Undefined when a row was there already; then nothing has been written. */
async function affectedRows(db: Kysely<Tables>, statement: RawBuilder<unknown>): Promise<number | undefined> {
  try {
    return Number((await statement.execute(db)).numAffectedRows);
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === uniqueViolation) return undefined;
    throw error;
  }
}

async function record(db: Kysely<Tables>, facts: readonly LedgerRecord[]): Promise<void> {
  const rows = facts.map(({ place, transactionId, stream, version, type, body }) => ({
    id: ledgerEventId(transactionId, place.index),
    stream,
    version,
    type,
    body,
    block: place.block,
    transaction: place.transaction,
    event: place.index,
    transaction_id: transactionId,
  }));
  await insertRows(db, { schema: 'store', table: 'events', key: ['id'] }, rows);
}

async function readStream(db: Kysely<Tables>, stream: string, from: number): Promise<readonly StoredEvent[]> {
  const rows = await stored(db).where('stream', '=', stream).where('version', '>=', from).orderBy('version').execute();
  return rows.map(storedEvent);
}

async function readAll(db: Kysely<Tables>, after: string | undefined, limit: number): Promise<readonly StoredEvent[]> {
  const [xact = '0', sequence = '0'] = after?.split('-') ?? [];
  const rows = await stored(db)
    .where(sql<boolean>`(xact, sequence) > (${xact}::xid8, ${sequence}::bigint)`)
    .where(sql<boolean>`xact < pg_snapshot_xmin(pg_current_snapshot())`)
    .orderBy('xact')
    .orderBy('sequence')
    .limit(limit)
    .execute();
  return rows.map(storedEvent);
}

function stored(db: Kysely<Tables>) {
  const position = sql<string>`xact || '-' || sequence`.as('position');
  const place = ['block', 'transaction', 'event', 'transaction_id'] as const;
  return db.selectFrom('store.events').select(['id', 'stream', 'version', 'type', 'body', ...place, position]);
}

type Row = Omit<StoredEvent, 'fact'> &
  Pick<Tables['store.events'], 'block' | 'transaction' | 'event' | 'transaction_id'>;

function storedEvent({ block, transaction, event: index, transaction_id: transactionId, ...row }: Row): StoredEvent {
  if (block === null || transaction === null || index === null || transactionId === null)
    return { ...row, fact: undefined };
  return { ...row, fact: { place: { block, transaction, index }, transactionId } };
}

async function* subscribe(
  db: Kysely<Tables>,
  after: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<readonly StoredEvent[]> {
  let position = after;
  while (!signal.aborted) {
    const page = await readAll(db, position, subscriptionPage);
    position = page.at(-1)?.position ?? position;
    if (page.length > 0) yield page;
    else await pause(idlePause, undefined, { signal }).catch(() => undefined);
  }
}
