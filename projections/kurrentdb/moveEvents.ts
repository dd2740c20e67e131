import { StoreAhead, type LedgerRecord, type StoredEvent } from '../eventStore.ts';
import { recordOf } from '../ingest/intake.ts';
import { lockFolding } from '../ingest/locks.ts';
import { findNewestFact, storedFacts } from '../models/storedFacts.ts';
import { isBefore } from '../place.ts';
import { postgresEventStore } from '../postgres/eventStore.ts';
import { digestOfDatabase, digestOfStore, type StoreDigest } from './compareStores.ts';
import { removeMark, unwalked, writeMark } from './copyLocal.ts';
import { findEnd, findNewest, readAll, readStream } from './reads.ts';
import { demandSame, recordFacts } from './recordFacts.ts';
import { demandCopied } from './settleFacts.ts';
import { giveLocal, takeLocal, type OnDone, type Sides } from './walk.ts';

/** Two stores that were compared after a move. */
export type Moved = { readonly from: StoreDigest; readonly to: StoreDigest };

/** Why events are not moved. */
class MoveFault extends Error {
  readonly code: 'ERR_TARGET_HOLDS_OTHER' | 'ERR_STORES_DIFFER';

  constructor(code: MoveFault['code'], reason: string) {
    super(`${code}: ${reason}`);
    this.name = 'MoveFault';
    this.code = code;
  }
}

const page = 1000;

/**
 * Brings everything from the database into a KurrentDB, which is the node's store from then on. May be interrupted and
 * repeated. Throws a MoveFault when there are other events in it, or when the two are not equal at the end.
 */
export async function moveToKurrentDb(sides: Sides, onDone: OnDone): Promise<Moved> {
  const { connection, database } = sides;
  const newest = await findNewest(connection, ({ fact }) => fact !== undefined);
  await asTarget(() => demandWithin(sides, newest));
  for await (const facts of storedFacts(database, newest?.fact?.place)(Number.MAX_SAFE_INTEGER)) {
    await asTarget(() => recordFacts(connection, facts.map(recordOf)));
    onDone(facts.length);
  }
  await takeLocal(sides);
  await giveLocal(sides, onDone);
  const moved = { from: await digestOfDatabase(database), to: await digestOfStore(connection) };
  demandEqual(moved);
  await writeMark(database.kysely, await findEnd(connection));
  return moved;
}

/** The same the other way: from then on the node's store is its database again. */
export async function moveToPostgres(sides: Sides, onDone: OnDone): Promise<Moved> {
  const { connection, database } = sides;
  const newest = await findNewestFact(database);
  if (newest !== undefined) {
    const [found] = await readStream(connection, newest.stream, newest.version, 1);
    if (found === undefined) throw other(`a fact of block ${newest.place.block}`);
    await asTarget(() => {
      demandSame(found, newest);
      return Promise.resolve();
    });
  }
  for (let events = await readAll(connection, undefined, page); events.length > 0;) {
    await takeFacts(sides, events);
    onDone(events.length);
    events = await readAll(connection, events.at(-1)?.position, page);
  }
  await takeLocal(sides);
  if ((await unwalked(sides, 1)).length > 0) throw other('access records');
  const moved = { from: await digestOfStore(connection), to: await digestOfDatabase(database) };
  demandEqual(moved);
  await removeMark(database);
  return moved;
}

async function takeFacts({ database }: Sides, events: readonly StoredEvent[]): Promise<void> {
  const facts = events.flatMap(({ fact, ...event }): readonly LedgerRecord[] =>
    fact === undefined ? [] : [{ ...event, ...fact }],
  );
  await database.kysely.transaction().execute(async (trx) => {
    await lockFolding(trx);
    await postgresEventStore(trx).record(facts);
  });
}

/** What is the newest in the target is in the source too. */
async function demandWithin({ database }: Sides, newest: StoredEvent | undefined): Promise<void> {
  if (newest?.fact === undefined) return;
  const { place } = newest.fact;
  const own = await findNewestFact(database);
  if (own === undefined || isBefore(own.place, place)) throw new StoreAhead(`facts of block ${place.block}`);
  await demandCopied(database, { event: newest, place });
}

async function asTarget<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreAhead) throw other(error.where);
    throw error;
  }
}

function other(what: string): MoveFault {
  return new MoveFault(
    'ERR_TARGET_HOLDS_OTHER',
    `there are events in the target that the source does not have: ${what}`,
  );
}

function demandEqual({ from, to }: Moved): void {
  if (JSON.stringify(from) === JSON.stringify(to)) return;
  const said = ({ facts, local }: StoreDigest) => `${facts} facts and ${local} local events`;
  throw new MoveFault(
    'ERR_STORES_DIFFER',
    `the source has ${said(from)}, the target ${said(to)}, in another order or of other bytes; nothing was switched`,
  );
}
