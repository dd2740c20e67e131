import { sql } from 'kysely';
import { contentHash } from './contentHash.ts';
import { lockFolding } from '../ingest/locks.ts';
import { movePosition, readPosition } from './positions.ts';
import type { Database, Trx } from '../postgres/database.ts';
import { createModelSchema, migrationsOverRows } from '../postgres/migrate.ts';
import type { ProjectedEvent, ReadModel } from './readModel.ts';
import { readModels } from './readModels.ts';
import { countFacts, storedFacts, type FactSource } from './storedFacts.ts';

export type RebuildOptions = {
  readonly database: Database;
  /** Where the facts come from: the event store unless another source is given (see ledgerFacts.ts). */
  readonly source?: FactSource;
  /** Told after each page how many events are folded, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
};

/** What a rebuild found: equal hashes say that the live read models were exactly what the facts say. */
export type Rebuilt = {
  readonly events: number;
  readonly before: string;
  readonly after: string;
  /** Migrations that had changed the live tables while there were rows in them; a difference may be no more than that. */
  readonly upgrades: readonly string[];
};

const shadow = 'model_next';
const replaced = 'model_old';

/** Builds the read models anew while the old ones serve, then puts them in their place. */
export async function rebuild(options: RebuildOptions): Promise<Rebuilt> {
  const { database, source = storedFacts(database), onProgress } = options;
  const { kysely } = database;
  return withoutHealing(database, async () => {
    const indexes = await inShadow(database, async (trx) => {
      await createModelSchema(trx, shadow);
      return setIndexesAside(trx);
    });
    const total = await countFacts(kysely);
    let done = 0;
    const foldAll = async (upTo: number, fold: (page: Page) => Promise<unknown>) => {
      for await (const page of source(upTo)) {
        await fold(page);
        done += page.length;
        onProgress?.(done, total);
      }
    };
    await foldAll(await readPosition(kysely, 'model'), (page) => foldInLanes(database, page));
    await inLanes(database, indexes, (trx, index) => sql.raw(index).execute(trx));
    const rebuilt = await kysely.transaction().execute(async (trx) => {
      await lockFolding(trx); // from here on no page is taken in, so the rest is soon folded
      await foldAll(await readPosition(trx, 'model'), (page) => foldPage(trx, page, readModels));
      return { events: done, ...(await swap(trx, database)) };
    });
    await sql`drop schema if exists ${sql.id(replaced)} cascade`.execute(kysely);
    return rebuilt;
  });
}

/** Drops the shadow's indexes but for the keys, and tells how to make them: at once they cost a third of what they cost row by row. */
async function setIndexesAside(trx: Trx): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string; definition: string }>`
    select indexname as name, indexdef as definition from pg_indexes
    where schemaname = ${shadow} and indexname not in (select conname from pg_constraint)`.execute(trx);
  const names = rows.map(({ name }) => sql.id(shadow, name));
  if (names.length > 0) await sql`drop index ${sql.join(names)}`.execute(trx);
  return rows.map(({ definition }) => definition);
}

type Page = readonly ProjectedEvent[];

/** Read models do not read each other, so a page is folded on several connections at once. */
async function foldInLanes(database: Database, page: Page): Promise<void> {
  await inLanes(database, readModels.toReversed(), (trx, model) => foldPage(trx, page, [model])); // the longest first
}

/** Does the shadow's work on several connections, each of which takes what is next; a broken shadow is thrown away whole. */
async function inLanes<T>(
  database: Database,
  work: readonly T[],
  doOne: (trx: Trx, one: T) => Promise<unknown>,
): Promise<void> {
  const rest = work.values();
  const lane = (trx: Trx) => takeAll(rest, (one) => doOne(trx, one));
  await Promise.all(Array.from({ length: lanes }, () => inShadow(database, lane)));
}

const lanes = 3;

async function takeAll<T>(rest: Iterable<T>, doOne: (one: T) => Promise<unknown>): Promise<void> {
  for (const one of rest) await doOne(one);
}

function inShadow<T>({ kysely }: Database, work: (trx: Trx) => Promise<T>): Promise<T> {
  return kysely.transaction().execute(async (trx) => {
    await sql`set local synchronous_commit = off`.execute(trx); // the swap waits for the disk, for everything before it
    return work(trx);
  });
}

async function foldPage(trx: Trx, page: Page, models: readonly ReadModel[]): Promise<void> {
  for (const { project } of models) await project(page, { trx, schema: shadow });
}

async function swap(trx: Trx, { kysely }: Database): Promise<Omit<Rebuilt, 'events'>> {
  await movePosition(trx, shadow, await readPosition(trx, 'model'));
  // Nobody writes the live tables now, so another connection sees the same rows.
  const [before, after] = await Promise.all([contentHash(kysely, 'model'), contentHash(trx, shadow)]);
  const upgrades = await migrationsOverRows(trx);
  await sql`drop schema if exists ${sql.id(replaced)} cascade`.execute(trx);
  await sql`alter schema model rename to ${sql.id(replaced)}`.execute(trx);
  await sql`alter schema ${sql.id(shadow)} rename to model`.execute(trx);
  return { before, after, upgrades };
}

/** Late private values would reach the old tables only, so none are filled in meanwhile. Also keeps rebuilds apart. */
async function withoutHealing<T>({ pool }: Database, work: () => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock(18001, 3)');
    return await work();
  } finally {
    client.release(true); // closing the connection gives the lock back, whatever state it is in
  }
}
