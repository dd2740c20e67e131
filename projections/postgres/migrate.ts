import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sql, type Kysely, type Transaction } from 'kysely';
import { sha256 } from '#domain/seal/digest.ts';
import type { Tables } from './tables.ts';

type Migration = { readonly name: string; readonly text: string };

const foundations = join(import.meta.dirname, 'migrations');
const readModels = join(import.meta.dirname, '..', 'models');

/** Any two numbers nobody else uses: they keep two nodes at one database from migrating at once. */
const migrationLock = sql`select pg_advisory_xact_lock(18001, 1)`;

/** Brings store, keystore and the live read models up to date; a migration that was changed after it ran is refused. */
export async function migrate(kysely: Kysely<Tables>): Promise<void> {
  const [store, models] = await Promise.all([migrationsIn(foundations), migrationsIn(readModels)]);
  await kysely.transaction().execute(async (trx) => {
    await migrationLock.execute(trx);
    await apply(trx, 'store', store);
    await apply(trx, 'model', models);
  });
}

/** Makes empty read models in a schema of their own, whatever was there before. */
export async function createModelSchema(trx: Transaction<Tables>, schema: string): Promise<void> {
  await sql`drop schema if exists ${sql.id(schema)} cascade`.execute(trx);
  await apply(trx, schema, await migrationsIn(readModels));
}

/** Files are `what.number.sql`, in order of their numbers; they name no schema, so a shadow can be made of them. */
async function migrationsIn(folder: string): Promise<readonly Migration[]> {
  const files = (await readdir(folder)).filter((file) => /\.\d+\.sql$/.test(file));
  const order = (file: string) => Number(file.split('.').at(-2));
  files.sort((a, b) => order(a) - order(b) || (a < b ? -1 : 1));
  return Promise.all(
    files.map(async (file) => ({ name: basename(file, '.sql'), text: await readFile(join(folder, file), 'utf8') })),
  );
}

async function apply(trx: Transaction<Tables>, schema: string, migrations: readonly Migration[]): Promise<void> {
  const journal = sql.id(schema, 'migrations');
  await sql`create schema if not exists ${sql.id(schema)}`.execute(trx);
  await sql`create table if not exists ${journal} (name text primary key, checksum text not null)`.execute(trx);
  const { rows } = await sql<{ name: string; checksum: string }>`select name, checksum from ${journal}`.execute(trx);
  const applied = new Map(rows.map(({ name, checksum }) => [name, checksum]));
  await sql`set local search_path to ${sql.id(schema)}`.execute(trx);
  for (const { name, text } of migrations) {
    const checksum = sha256(text);
    const known = applied.get(name);
    if (known === checksum) continue;
    if (known !== undefined) throw new Error(`migration ${name} was changed after it ran`);
    await sql.raw(text).execute(trx);
    await sql`insert into ${journal} (name, checksum) values (${name}, ${checksum})`.execute(trx);
  }
  await sql`set local search_path to default`.execute(trx);
}
