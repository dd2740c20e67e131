import { sql } from 'kysely';
import { idOf } from '#domain/envelope.ts';
import type { Keystore } from '../keys/keystore.ts';
import { subjectIndex } from '../models/blindIndexes.ts';
import { eventsOf, type ProjectedEvent } from '../models/readModel.ts';
import type { Database, Trx } from '../postgres/database.ts';

/** How long a party that is away has to hear that somebody was erased. */
const toHear = '30 days';

/**
 * Takes away what the page's erasures leave nothing to say about: of an erased person only that it happened stays, for as long
 * as a party may take to hear it; of an erased consent nothing can be opened any more.
 */
export async function forgetTold(trx: Trx, keystore: Keystore, page: readonly ProjectedEvent[]): Promise<void> {
  const erased = eventsOf(page, 'identity').filter(({ event }) => event.type === 'IdentityErased');
  for (const { event, place } of erased) {
    const subject = subjectIndex(keystore, idOf(event.stream));
    await sql`
      delete from store.party_notices where subject_index = ${subject}
        and (block, transaction, event) <> (${place.block}, ${place.transaction}, ${place.index})`.execute(trx);
    await sql`
      update store.party_notices set until = now() + ${toHear}::interval where subject_index = ${subject}`.execute(trx);
  }
  const consents = eventsOf(page, 'consent').filter(({ event }) => event.type === 'ConsentErased');
  if (consents.length === 0) return;
  await sql`
    update store.party_notices set consent = null, subject_index = null, until = coalesce(until, now() + ${toHear}::interval)
    where consent = any(${consents.map(({ event }) => idOf(event.stream))})`.execute(trx);
}

/** Takes away what no party needs to hear any more. */
export async function dropHeard({ kysely }: Database): Promise<void> {
  await sql`delete from store.party_notices where until < now()`.execute(kysely);
}
