import { sql } from 'kysely';
import { v5 } from 'uuid';
import { canonicalJson } from '#domain/seal/canonical.ts';
import type { TimelineEntry } from '../models/timeline.ts';
import { findTimeline } from '../models/timelinePages.ts';
import { factNotices } from '../notices/factNotices.ts';
import { ledgerEventId, type Place } from '../place.ts';
import type { Database } from '../postgres/database.ts';

const page = 500; // notices, or facts, that one webhook is given at a time
/** How many deliveries may wait for one webhook; what comes beyond them stays where it is, and the position with it. */
const fullQueue = 10_000;

/** Puts what has happened into the queues of those who are told of it; answers whether there may be more at once. */
export async function fillQueues(db: Database): Promise<boolean> {
  const [parties, agencies] = [await fillParties(db), await fillAgencies(db)];
  return parties || agencies;
}

const hasRoom = sql`not exists (
  select from store.webhook_deliveries d where d.webhook = w.id and d.state = 'waiting' offset ${fullQueue})`;

// One statement, thus one transaction: rows and positions move together or not at all. Rows of one party are numbered under
// the lock of the fold, so whoever sees a number sees all before it.
async function fillParties({ kysely }: Database): Promise<boolean> {
  const { rows } = await sql<{ count: number }>`
    with open as (
      select id, party_index, sequence, types from store.webhooks w
      where state = 'confirmed' and owner_kind = 'party' and ${hasRoom}
        and exists (select from model.relying_parties p where p.party = w.owner and p.status = 'approved')
        and w.sequence < (select e.sequence from store.party_notice_ends e where e.party_index = w.party_index)
      for update skip locked
    ), page as (
      select open.id as webhook, open.types, n.* from open cross join lateral (
        select sequence, id as notice, type, subject, at from store.party_notices n
        where n.party_index = open.party_index and n.sequence > open.sequence order by n.sequence limit ${page}
      ) n
    ), queued as (
      insert into store.webhook_deliveries (webhook, notice, party_notice, type, subject, at)
      select webhook, notice, notice, type, coalesce(subject, ''), at from page
      where type = any(types) order by webhook, sequence
    ), moved as (
      update store.webhooks w set sequence = ends.sequence
      from (select webhook, max(sequence) as sequence from page group by webhook) ends where w.id = ends.webhook
    )
    select count(*) as count from page group by webhook order by 1 desc limit 1`.execute(kysely);
  return (rows[0]?.count ?? 0) >= page;
}

type Open = { readonly id: string; readonly types: readonly string[] } & {
  readonly block: number | null;
  readonly transaction: number | null;
  readonly event: number | null;
};

async function fillAgencies(db: Database): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    select w.id from store.webhooks w join model.agencies a on a.agency = w.owner
    where w.state = 'confirmed' and w.owner_kind = 'agency' and a.removed_at is null and ${hasRoom}
      and (w.block is null or exists (select from model.timeline t
        where (t.block, t.transaction, t.event) > (w.block, w.transaction, w.event)))`.execute(db.kysely);
  const filled: boolean[] = [];
  for (const { id } of rows) filled.push(await fillAgency(db, id));
  return filled.includes(true);
}

/** One page of facts for one webhook; its row is held meanwhile, so that nobody else fills the same queue. */
function fillAgency(db: Database, id: string): Promise<boolean> {
  return db.kysely.transaction().execute(async (trx) => {
    const { rows } = await sql<Open>`
      select id, types, block, transaction, event from store.webhooks
      where id = ${id} and state = 'confirmed' for update skip locked`.execute(trx);
    const [open] = rows;
    if (open === undefined) return false;
    const entries = await findTimeline(db, {}, { after: placeOf(open), limit: page, inverted: false });
    const last = entries.at(-1)?.place;
    if (last === undefined) return false;
    const told = await Promise.all(entries.map((entry) => toldOf(db, entry)));
    const queued = told.flat().filter(({ type }) => open.types.includes(type));
    await sql`
      insert into store.webhook_deliveries (webhook, notice, type, subject, at)
      select ${id}, n.notice, n.type, n.subject, n.at
      from unnest(${queued.map(({ notice }) => notice)}::uuid[], ${queued.map(({ type }) => type)}::text[],
        ${queued.map(({ subject }) => subject)}::text[], ${queued.map(({ at }) => at)}::timestamptz[])
        with ordinality as n(notice, type, subject, at, place) order by n.place`.execute(trx);
    await sql`
      update store.webhooks set block = ${last.block}, transaction = ${last.transaction}, event = ${last.index}
      where id = ${id}`.execute(trx);
    return entries.length >= page;
  });
}

function placeOf({ block, transaction, event }: Open): Place | undefined {
  return block === null || transaction === null || event === null ? undefined : { block, transaction, index: event };
}

const agencyNotices = 'a6b8e2fd-0d55-5f0b-9a4e-5a53d8a1f1c4'; // our own name space, drawn once

/** What agencies are told of a fact, under its stream; the same at every node and every time. */
async function toldOf(db: Database, { place, transactionId, event }: TimelineEntry) {
  const fact = ledgerEventId(transactionId, place.index);
  return (await factNotices(db, event)).map(({ type, detail }) => ({
    notice: v5(`${fact} ${type} ${canonicalJson(detail)}`, agencyNotices),
    type,
    subject: event.stream,
    at: event.at,
  }));
}
