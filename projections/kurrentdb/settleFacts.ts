import type { Ledger } from '#ledger/ledger.ts';
import { StoreAhead, type LedgerRecord, type StoredEvent } from '../eventStore.ts';
import { isBefore, ledgerEventId, type Place } from '../place.ts';
import { demandOnLedger } from '../ingest/demandSameLedger.ts';
import { recordOf } from '../ingest/intake.ts';
import { findNewestFact, storedFacts } from '../models/storedFacts.ts';
import type { Database } from '../postgres/database.ts';
import type { Connection } from './connection.ts';
import { findNewest, readStream } from './reads.ts';
import { demandSame, recordFacts } from './recordFacts.ts';

type Reach = Pick<Ledger, 'status' | 'tip'>;

/**
 * Brings the store as far as the copy in the database, and answers how far it is. Throws a StoreAhead when it holds what the
 * ledger does not, or other facts than the copy.
 */
export async function settleFacts(
  connection: Connection,
  database: Database,
  ledger: Reach,
): Promise<Place | undefined> {
  const stored = await newestIn(connection);
  if (stored !== undefined) await demandOnLedger(stored.place.block, ledger);
  const own = await findNewestFact(database);
  if (own === undefined) return stored?.place;
  if (stored === undefined || isBefore(stored.place, own.place)) {
    if (stored !== undefined) await demandCopied(database, stored);
    await bringUp(connection, database, { after: stored?.place, upTo: own.place.block });
    return own.place;
  }
  await demandStored(connection, own);
  return stored.place;
}

type StoredFact = { readonly event: StoredEvent; readonly place: Place };

async function newestIn(connection: Connection): Promise<StoredFact | undefined> {
  const event = await findNewest(connection, ({ fact }) => fact !== undefined);
  return event?.fact && { event, place: event.fact.place };
}

type Part = { readonly after: Place | undefined; readonly upTo: number };

async function bringUp(connection: Connection, database: Database, { after, upTo }: Part): Promise<void> {
  for await (const page of storedFacts(database, after)(upTo)) await recordFacts(connection, page.map(recordOf));
}

/** Throws a StoreAhead unless a fact of the store is the same in the copy, which has come at least that far. */
export async function demandCopied({ kysely }: Database, { event, place }: StoredFact): Promise<void> {
  const row = await kysely
    .selectFrom('store.events')
    .select(['id', 'body'])
    .where('block', '=', place.block)
    .where('transaction', '=', place.transaction)
    .where('event', '=', place.index)
    .executeTakeFirst();
  if (row?.id !== event.id || row.body !== event.body) throw new StoreAhead(`another fact in block ${place.block}`);
}

/** What is the newest in the copy is the same in the store, which has come at least that far. */
async function demandStored(connection: Connection, own: LedgerRecord): Promise<void> {
  const [found] = await readStream(connection, own.stream, own.version, 1);
  if (found === undefined) throw new StoreAhead(`no fact where one of block ${own.place.block} belongs`);
  demandSame(found, own);
}

/** Compares facts that the store already has when the ledger brings them. */
export async function demandRecorded(connection: Connection, facts: readonly LedgerRecord[]): Promise<void> {
  for (let first = 0; first < facts.length; first += atOnce)
    await Promise.all(
      facts.slice(first, first + atOnce).map(async (fact) => {
        const [found] = await readStream(connection, fact.stream, fact.version, 1);
        if (found?.id !== ledgerEventId(fact.transactionId, fact.place.index))
          throw new StoreAhead(`another fact where one of block ${fact.place.block} belongs`);
        demandSame(found, fact);
      }),
    );
}

const atOnce = 16;
