import { sql } from 'kysely';
import { sealedKeyOf } from '#ledger/blocks/ledgerEvents.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { blindIndexer } from '../models/blindIndexes.ts';
import { erasedAmong } from '../erasure/erasures.ts';
import { schemasFor, storeEntries } from './intake.ts';
import type { Keystore } from '../keys/keystore.ts';
import { lockFolding, tryLockHealing } from './locks.ts';
import type { Missing } from './missing.ts';
import type { Database, Trx } from '../postgres/database.ts';
import type { ProjectedEvent } from '../models/readModel.ts';
import { readModels } from '../models/readModels.ts';
import { tellLate } from '../notices/tellParties.ts';
import { findFact } from '../models/storedFacts.ts';
import { unseal, type OpenableFact, type Unfit } from '../keys/unseal.ts';

type Parts = {
  readonly database: Database;
  readonly ledger: Pick<Ledger, 'privateEntry'>;
  readonly keystore: Keystore;
};
type Missed = Pick<Missing, 'stream' | 'version' | 'class'>;

/** How many private entries this node cannot serve. */
export async function countMissing({ kysely }: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from store.missing_entries`.execute(kysely);
  return rows[0]?.count ?? 0;
}

/** Asks the ledger for private entries that did not come with their blocks, each less often the longer it is away. */
export async function healMissing(parts: Parts): Promise<void> {
  const { rows } = await sql<Missed>`
    select stream, version, class from store.missing_entries
    where next_attempt <= now() order by reason <> 'ERR_ENTRY_MISSING', next_attempt limit 50`.execute(
    parts.database.kysely,
  );
  for (const missed of rows) {
    const wrong = await healOne(parts, missed);
    if (wrong !== undefined) await postpone(parts.database, missed, wrong);
  }
}

/** Asks at once for what no transport key has opened: a new start may have brought one that does. */
export async function retryWraps({ kysely }: Database): Promise<void> {
  await sql`update store.missing_entries set next_attempt = now() where reason = 'ERR_WRAP_UNFIT'`.execute(kysely);
}

/** What is still wrong; nothing when it is healed. */
async function healOne({ database, ledger, keystore }: Parts, missed: Missed): Promise<Unfit | undefined> {
  const { stream, version, class: className } = missed;
  const entry = await ledger.privateEntry(className, sealedKeyOf({ stream, version }));
  if (entry === undefined) return 'ERR_ENTRY_MISSING';
  return database.kysely.transaction().execute(async (trx) => {
    if (!(await tryLockHealing(trx))) return 'ERR_ENTRY_MISSING'; // a rebuild is on its way: soon
    await lockFolding(trx);
    const fact = await findFact(trx, stream, version);
    if (fact === undefined) return 'ERR_ENTRY_MISSING';
    const indexesOf = blindIndexer(keystore, await schemasFor(trx));
    const unsealed = unseal(keystore, indexesOf, { event: fact.event, entry });
    if (typeof unsealed === 'string') return unsealed;
    await takeLate(trx, keystore, [fact], [unsealed]);
    return undefined;
  });
}

/** Takes private values that came after their facts, and shows them to the read models. */
export async function takeLate(
  trx: Trx,
  keystore: Keystore,
  facts: readonly ProjectedEvent[],
  openable: readonly OpenableFact[],
): Promise<void> {
  const streams = openable.map(({ event }) => event.stream);
  const versions = openable.map(({ event }) => event.version);
  const erased = await erasedAmong(trx, streams); // a value that was under way when it was erased
  await storeEntries(
    trx,
    keystore,
    openable.filter(({ event }) => !erased.has(event.stream)),
  );
  await sql`
    delete from store.missing_entries where (stream, version) in
      (select * from unnest(${streams}::text[], ${versions}::integer[]))`.execute(trx);
  for (const { heal } of readModels) await heal?.(facts, { trx, schema: 'model' });
  await tellLate(trx, keystore, facts);
}

const [hour, day] = [3600, 86_400]; // s

// Also what does not fit is asked for again, if seldom: while the own peer is down, another agency's peer answers, and may lie.
async function postpone({ kysely }: Database, { stream, version }: Missed, wrong: Unfit): Promise<void> {
  const [shortest, longest] = wrong === 'ERR_ENTRY_MISSING' ? [1, hour] : [day, day];
  await sql`
    update store.missing_entries
    set attempts = attempts + 1, reason = ${wrong},
      next_attempt = now() + interval '1 second' * greatest(${shortest}::int, least(power(2, least(attempts, 12)), ${longest}::int))
    where stream = ${stream} and version = ${version}`.execute(kysely);
}
