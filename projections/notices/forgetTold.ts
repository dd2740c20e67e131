import { sql } from 'kysely';
import { idOf } from '#domain/envelope.ts';
import type { NoticeType } from '#domain/notice/vocabulary.ts';
import type { Keystore } from '../keys/keystore.ts';
import { subjectIndex } from '../models/blindIndexes.ts';
import { eventsOf, type ProjectedEvent } from '../models/readModel.ts';
import type { Place } from '../place.ts';
import type { Database, Trx } from '../postgres/database.ts';

/** How long a party that is away has to hear that somebody was erased. */
const toHear = '30 days';

/** What a party that was away still has to hear of a consent: that it may not use any more what it got by it. */
const ends: readonly NoticeType[] = ['consent.withdrawn', 'consent.expired'];

/**
 * Takes away what the page's erasures leave nothing to say about: of an erased person only that it happened stays, and that
 * consents had ended before, for as long as a party may take to hear it; of an erased consent nothing can be opened any more.
 */
export async function forgetTold(trx: Trx, keystore: Keystore, page: readonly ProjectedEvent[]): Promise<void> {
  const erased = eventsOf(page, 'identity').filter(({ event }) => event.type === 'IdentityErased');
  for (const { event, place } of erased) await forgetPerson(trx, keystore, { identity: idOf(event.stream), place });
  const consents = eventsOf(page, 'consent').filter(({ event }) => event.type === 'ConsentErased');
  if (consents.length === 0) return;
  await sql`
    update store.party_notices set consent = null, subject_index = null, until = coalesce(until, now() + ${toHear}::interval)
    where consent = any(${consents.map(({ event }) => idOf(event.stream))})`.execute(trx);
}

async function forgetPerson(
  trx: Trx,
  keystore: Keystore,
  { identity, place }: { readonly identity: string; readonly place: Place },
): Promise<void> {
  const subject = subjectIndex(keystore, identity);
  // Rows of consents that were erased before are found by the names that parties have for the person, as they have lost the index.
  const { rows: parties } = await sql<{ party: string }>`select party from model.relying_parties`.execute(trx);
  const names = parties.map(({ party }) => keystore.pairwise(party, identity));
  await sql`
    delete from store.party_notices where (subject_index = ${subject} or until is not null and subject = any(${names}))
      and (block, transaction, event) <> (${place.block}, ${place.transaction}, ${place.index})
      and type <> all(${ends})`.execute(trx);
  await sql`
    update store.party_notices set until = coalesce(until, now() + ${toHear}::interval) where subject_index = ${subject}`.execute(
    trx,
  );
}

/** Takes away what no party needs to hear any more. */
export async function dropHeard({ kysely }: Database): Promise<void> {
  await sql`delete from store.party_notices where until < now()`.execute(kysely);
}
