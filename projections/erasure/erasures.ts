import { sql } from 'kysely';
import { idOf } from '#domain/envelope.ts';
import { redactAccessRecords } from '../logs/accessRecords.ts';
import { entryTables } from '../ingest/intake.ts';
import type { Keystore } from '../keys/keystore.ts';
import type { Trx } from '../postgres/database.ts';
import { insertRows } from '../postgres/rows.ts';
import { eventsOf, type ProjectedEvent } from '../models/readModel.ts';

type ErasedStream = { readonly stream: string; readonly block: number };

/**
 * Destroys at this node what these facts erase: sealed entries, their content keys, by what they were found, and what was
 * recorded about who looked. In the transaction that takes the facts in: a node that knows of an erasure has carried it out.
 */
export async function forget(trx: Trx, keystore: Keystore, page: readonly ProjectedEvent[]): Promise<void> {
  const named = erasedIn(page);
  await insertErased(trx, named);
  const unnamed = await valuesAboutErased(trx, page, named);
  await insertErased(trx, unnamed);
  const erased = [...named, ...unnamed];
  const classesChanged = eventsOf(page, 'identitySchema').length > 0; // older values come onto the list of what is missing
  if (erased.length === 0 && !classesChanged) return;
  await strikeOffMissing(trx);
  const streams = erased.map(({ stream }) => stream);
  for (const table of entryTables)
    await sql`delete from ${sql.table(table)} where stream = any(${streams})`.execute(trx);
  const identities = streams.filter((stream) => stream.startsWith('identity-')).map(idOf);
  await redactAccessRecords(trx, keystore, identities);
}

/** Those of these streams that were erased: whatever still comes of them is not taken. */
export async function erasedAmong(trx: Trx, streams: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ stream: string }>`
    select stream from store.erased_streams where stream = any(${streams})`.execute(trx);
  return new Set(rows.map(({ stream }) => stream));
}

async function insertErased(trx: Trx, erased: readonly ErasedStream[]): Promise<void> {
  await insertRows(trx, { schema: 'store', table: 'erased_streams', key: ['stream'] }, erased);
}

/**
 * Proposals with values about somebody who is erased, which the erasure does not name: they were on their way, or came later.
 * The ledger purges them when the erasure is said again; this node keeps none of them until then.
 */
async function valuesAboutErased(
  trx: Trx,
  page: readonly ProjectedEvent[],
  erased: readonly ErasedStream[],
): Promise<readonly ErasedStream[]> {
  const proposed = eventsOf(page, 'proposal').flatMap(({ event, place: { block } }) =>
    event.type === 'ChangeProposed' && event.sealed !== undefined
      ? [{ stream: event.stream, about: event.data.order.stream, block }]
      : [],
  );
  const subjects = proposed.map(({ about }) => about);
  const gone = subjects.length === 0 ? new Set() : await erasedAmong(trx, subjects);
  const late = proposed.filter(({ about }) => gone.has(about)).map(({ stream, block }) => ({ stream, block }));
  if (erased.length === 0) return late;
  const { rows } = await sql<ErasedStream>`
    select 'proposal-' || proposal as stream, block from model.proposals
    where stream = any(${erased.map(({ stream }) => stream)})`.execute(trx);
  return [...late, ...rows];
}

/** An identity goes with the proposals about it that its erasure names. */
function erasedIn(page: readonly ProjectedEvent[]): readonly ErasedStream[] {
  const identities = eventsOf(page, 'identity').flatMap(({ event, place: { block } }) => {
    if (event.type !== 'IdentityErased') return [];
    const proposals = event.data.proposals.map((proposal) => `proposal-${proposal}`);
    return [event.stream, ...proposals].map((stream) => ({ stream, block }));
  });
  const consents = eventsOf(page, 'consent').flatMap(({ event, place: { block } }) =>
    event.type === 'ConsentErased' ? [{ stream: event.stream, block }] : [],
  );
  return [...identities, ...consents];
}

// A node that replays meets facts before their erasure, without their values: those are not missing any more.
async function strikeOffMissing(trx: Trx): Promise<void> {
  await sql`
    delete from store.missing_entries m using store.erased_streams e where e.stream = m.stream`.execute(trx);
}
