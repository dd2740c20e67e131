import { sql } from 'kysely';
import { v5 } from 'uuid';
import type { NoticeType } from '#domain/notice/vocabulary.ts';
import type { Keystore } from '../keys/keystore.ts';
import { comparePlaces, ledgerEventId, type Place } from '../place.ts';
import type { Trx } from '../postgres/database.ts';
import { insertNewRows, upsertRows } from '../postgres/rows.ts';

/** One notice for one party, before it has its number. */
export type Told = {
  /** What stands for the party in this node's tables. */
  readonly party: string;
  readonly type: NoticeType;
  readonly at: string;
  readonly place: Place;
  readonly transactionId: string;
  /** The person it is about, by the party's own name and by the node's index, and the consent by which it is told. */
  readonly about?: { readonly subject: string; readonly subjectIndex: string; readonly consent: string };
};

const notices = '0b0f3a52-54c1-5a86-8b1a-3a0b6f6f0d3e'; // our own name space, drawn once

/** Numbers notices and keeps them, in ledger order; those that are kept already stay as they are. Under the lock of the fold. */
export async function keepNotices(trx: Trx, keystore: Keystore, told: readonly Told[]): Promise<void> {
  if (told.length === 0) return;
  const all = told.map((each) => ({ ...each, id: noticeId(keystore, each) }));
  const known = await knownIds(
    trx,
    all.map(({ id }) => id),
  );
  const fresh = all.filter(({ id }) => !known.has(id)).sort((one, other) => comparePlaces(one.place, other.place));
  const ends = new Map(await endsOf(trx, [...new Set(fresh.map(({ party }) => party))]));
  const rows = fresh.map(({ party, id, type, at, place, about }) => {
    const sequence = (ends.get(party) ?? 0) + 1;
    ends.set(party, sequence);
    return {
      ...{ party_index: party, sequence, id, type, at },
      ...{
        subject: about?.subject ?? null,
        subject_index: about?.subjectIndex ?? null,
        consent: about?.consent ?? null,
      },
      ...{ block: place.block, transaction: place.transaction, event: place.index },
    };
  });
  await insertNewRows(trx, { schema: 'store', table: 'party_notices' }, rows);
  const moved = [...ends].map(([party_index, sequence]) => ({ party_index, sequence }));
  await upsertRows(trx, { schema: 'store', table: 'party_notice_ends', key: ['party_index'] }, moved);
}

/** Of this party and this node alone: two parties cannot find out by ids that they were told the same. */
function noticeId(keystore: Keystore, { party, type, place, transactionId }: Told): string {
  const fact = ledgerEventId(transactionId, place.index);
  return v5(keystore.blindIndex('notice', `${party} ${fact} ${type}`), notices);
}

async function knownIds(trx: Trx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from store.party_notices where id = any(${ids}::uuid[])`.execute(trx);
  return new Set(rows.map(({ id }) => id));
}

async function endsOf(trx: Trx, parties: readonly string[]): Promise<readonly (readonly [string, number])[]> {
  const { rows } = await sql<{ party_index: string; sequence: number }>`
    select party_index, sequence from store.party_notice_ends where party_index = any(${parties})`.execute(trx);
  return rows.map(({ party_index, sequence }) => [party_index, sequence]);
}
