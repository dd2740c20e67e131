import type { Reason } from '#domain/reasons.ts';
import type { Database } from '../postgres/database.ts';
import { eventsOf } from './readModel.ts';
import { readFactsOf } from './storedFacts.ts';

/** What is left of a person who was erased: that it happened, when, and why. */
export type Tombstone = { readonly at: string; readonly block: number; readonly reason: Reason };

/** The tombstone of an identity; undefined while it is not erased. No point in the past looks behind it. */
export async function findTombstone(db: Database, identity: string): Promise<Tombstone | undefined> {
  const facts = eventsOf(await readFactsOf(db, [`identity-${identity}`]), 'identity');
  return facts.flatMap(({ event, place }) =>
    event.type === 'IdentityErased' ? [{ at: event.at, block: place.block, reason: event.data.reason }] : [],
  )[0];
}
