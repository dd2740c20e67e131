import { sql } from 'kysely';
import { contentHash } from './contentHash.ts';
import type { Keystore } from './keystore.ts';
import { lockFolding } from './locks.ts';
import type { Place } from './place.ts';
import { movePosition, readPosition } from './positions.ts';
import type { Database, Trx } from './postgres/database.ts';
import { createModelSchema } from './postgres/migrate.ts';
import type { ProjectedEvent } from './readModel.ts';
import { readModels } from './readModels.ts';
import { countFacts, readFacts } from './storedFacts.ts';

export type RebuildOptions = {
  readonly database: Database;
  readonly keystore: Keystore;
  /** Told after each page how many events are folded, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
};

/** What a rebuild found: equal hashes say that the live read models were exactly what the facts say. */
export type Rebuilt = { readonly events: number; readonly before: string; readonly after: string };

const shadow = 'model_next';
const replaced = 'model_old';
const pageSize = 1000;

/** Builds the read models anew from the event store while the old ones serve, then puts them in their place. */
export async function rebuild({ database, keystore, onProgress }: RebuildOptions): Promise<Rebuilt> {
  return withoutHealing(database, async () => {
    const { kysely } = database;
    await kysely.transaction().execute((trx) => createModelSchema(trx, shadow));
    const total = await countFacts(kysely);
    const fold = foldInto(keystore, (done) => onProgress?.(done, total));
    while (await kysely.transaction().execute((trx) => fold(trx)));
    const rebuilt = await kysely.transaction().execute(async (trx) => {
      await lockFolding(trx); // from here on no page is taken in, so the rest is soon folded
      while (await fold(trx));
      return swap(trx, fold.done());
    });
    await sql`drop schema if exists ${sql.id(replaced)} cascade`.execute(kysely);
    return rebuilt;
  });
}

type Fold = ((trx: Trx) => Promise<boolean>) & { readonly done: () => number };

/** Folds one page after the other into the shadow; false when there was nothing left. */
function foldInto(keystore: Keystore, tell: (done: number) => void): Fold {
  let after: Place | undefined;
  let done = 0;
  const fold = async (trx: Trx): Promise<boolean> => {
    const page: readonly ProjectedEvent[] = await readFacts(trx, keystore, after, pageSize);
    if (page.length === 0) return false;
    for (const { project } of readModels) await project(page, { trx, schema: shadow, keystore });
    after = page.at(-1)?.place;
    done += page.length;
    tell(done);
    return true;
  };
  return Object.assign(fold, { done: () => done });
}

async function swap(trx: Trx, events: number): Promise<Rebuilt> {
  await movePosition(trx, shadow, await readPosition(trx, 'model'));
  const [before, after] = [await contentHash(trx, 'model'), await contentHash(trx, shadow)];
  await sql`drop schema if exists ${sql.id(replaced)} cascade`.execute(trx);
  await sql`alter schema model rename to ${sql.id(replaced)}`.execute(trx);
  await sql`alter schema ${sql.id(shadow)} rename to model`.execute(trx);
  return { events, before, after };
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
