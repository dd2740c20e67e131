import { sql } from 'kysely';
import { contentHash } from './contentHash.ts';
import { lockFolding } from './locks.ts';
import { movePosition, readPosition } from './positions.ts';
import type { Database, Trx } from './postgres/database.ts';
import { createModelSchema } from './postgres/migrate.ts';
import type { ProjectedEvent } from './readModel.ts';
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
export type Rebuilt = { readonly events: number; readonly before: string; readonly after: string };

const shadow = 'model_next';
const replaced = 'model_old';

/** Builds the read models anew while the old ones serve, then puts them in their place. */
export async function rebuild(options: RebuildOptions): Promise<Rebuilt> {
  const { database, source = storedFacts(database), onProgress } = options;
  const { kysely } = database;
  return withoutHealing(database, async () => {
    await kysely.transaction().execute((trx) => createModelSchema(trx, shadow));
    const total = await countFacts(kysely);
    let done = 0;
    const foldAll = async (upTo: number, inTransaction: InTransaction) => {
      for await (const page of source(upTo)) {
        await inTransaction((trx) => foldIntoShadow(trx, page));
        done += page.length;
        onProgress?.(done, total);
      }
    };
    await foldAll(await readPosition(kysely, 'model'), (work) => kysely.transaction().execute(work));
    const rebuilt = await kysely.transaction().execute(async (trx) => {
      await lockFolding(trx); // from here on no page is taken in, so the rest is soon folded
      await foldAll(await readPosition(trx, 'model'), (work) => work(trx));
      return { events: done, ...(await swap(trx)) };
    });
    await sql`drop schema if exists ${sql.id(replaced)} cascade`.execute(kysely);
    return rebuilt;
  });
}

type InTransaction = (work: (trx: Trx) => Promise<void>) => Promise<void>;

async function foldIntoShadow(trx: Trx, page: readonly ProjectedEvent[]): Promise<void> {
  await sql`set local synchronous_commit = off`.execute(trx); // a lost shadow is begun anew; the swap itself waits for the disk
  for (const { project } of readModels) await project(page, { trx, schema: shadow });
}

async function swap(trx: Trx): Promise<Omit<Rebuilt, 'events'>> {
  await sql`set local synchronous_commit = on`.execute(trx);
  await movePosition(trx, shadow, await readPosition(trx, 'model'));
  const [before, after] = [await contentHash(trx, 'model'), await contentHash(trx, shadow)];
  await sql`drop schema if exists ${sql.id(replaced)} cascade`.execute(trx);
  await sql`alter schema model rename to ${sql.id(replaced)}`.execute(trx);
  await sql`alter schema ${sql.id(shadow)} rename to model`.execute(trx);
  return { before, after };
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
