import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sql, type Kysely, type Transaction } from 'kysely';
import { sha256 } from '#domain/seal/digest.ts';
import { readPosition } from '../models/positions.ts';
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
  const applied = await readJournal(trx, schema);
  const isFilled = applied.size > 0 && (await hasRows(trx, schema));
  await sql`set local search_path to ${sql.id(schema)}`.execute(trx);
  for (const { name, text } of migrations) {
    const checksum = sha256(text);
    const known = applied.get(name);
    if (known === checksum) continue;
    if (known !== undefined) throw new Error(`migration ${name} was changed after it ran`);
    await sql.raw(text).execute(trx);
    await sql`insert into migrations (name, checksum, over_rows) values (${name}, ${checksum}, ${isFilled})`.execute(
      trx,
    );
  }
  await sql`set local search_path to default`.execute(trx);
}

/** Which migrations ran in a schema, and the digests of what they were. */
async function readJournal(trx: Transaction<Tables>, schema: string): Promise<ReadonlyMap<string, string>> {
  const journal = sql.id(schema, 'migrations');
  await sql`create schema if not exists ${sql.id(schema)}`.execute(trx);
  await sql`create table if not exists ${journal} (
    name text primary key, checksum text not null, over_rows boolean not null default false)`.execute(trx);
  const { rows } = await sql<{ name: string; checksum: string; over_rows?: boolean }>`
    select * from ${journal}`.execute(trx);
  if (rows[0] !== undefined && rows[0].over_rows === undefined)
    await sql`alter table ${journal} add column over_rows boolean not null default false`.execute(trx);
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

/** Whether anything was folded into the read models of a schema; the store's schema has none. */
async function hasRows(trx: Transaction<Tables>, schema: string): Promise<boolean> {
  const { rows } = await sql<{ there: boolean }>`
    select to_regclass(${`${schema}.positions`}) is not null as there`.execute(trx);
  return rows[0]?.there === true && (await readPosition(trx, schema)) >= 0;
}

/** The migrations that changed the tables of the live read models after they were filled: a fold anew may make other rows. */
export async function migrationsOverRows(trx: Transaction<Tables>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from model.migrations where over_rows order by name`.execute(trx);
  return rows.map(({ name }) => name);
}
