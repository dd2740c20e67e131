import pg from 'pg';
import { startEmbeddedPostgres } from '#projections/postgres/embedded.ts';
import { findRunningServer } from '#projections/postgres/runningServer.ts';
import type { DatabasePlace } from '#projections/postgres/database.ts';
import { nothing, together, type Findings } from './finding.ts';

/** By what rows of the database would be about the person. */
export type Sought = {
  /** The identity's id, and the ids of proposals about it that carried values. */
  readonly ids: readonly string[];
  /** What stands for the person in this node's tables; undefined when the node's keys are not at hand. */
  readonly subject: string | undefined;
};

/** Looks in every table of the node's database, whatever tables there are; reads only. */
export async function traceInDatabase(place: DatabasePlace, sought: Sought): Promise<Findings> {
  await using opened = await openReadOnly(place);
  const { rows } = await opened.client.query<Table>(
    `select table_schema as schema, table_name as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1, 2`,
  );
  const found: Findings[] = [];
  for (const table of rows) found.push(await traceInTable(opened.client, table, sought));
  return together([{ ...nothing, seen: [`database: ${rows.length} tables, every row`] }, ...found]);
}

type Table = { readonly schema: string; readonly name: string };

// What stands on the ledger in public stands here too; a table that is not named here holds nothing of an erased person.
const publicTables: readonly string[] = [
  ...['store.events', 'store.erased_streams', 'store.webhook_deliveries'],
  ...['timeline', 'identity_details', 'proposals'].map((name) => `model.${name}`),
];
const openable: readonly string[] = ['keystore.content_keys', 'store.sealed_entries'];

async function traceInTable(client: pg.Client, { schema, name }: Table, { ids, subject }: Sought): Promise<Findings> {
  const table = `${schema}.${name}`;
  const from = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)} as t`;
  const local = table === 'store.events' ? 'and t.block is null' : '';
  const byId =
    publicTables.includes(table) && local === '' ? 0 : await count(client, `${from} where ${holds} ${local}`, ids);
  const bySubject = subject === undefined ? 0 : await count(client, `${from} where ${holds} ${local}`, [subject]);
  const where = `table ${table}`;
  const left = { what: `${byId} rows about the person`, where, until: 'this node carries the erasure out' };
  return {
    ...nothing,
    open: byId > 0 && openable.includes(table) ? [left] : [],
    remains: [
      ...(byId > 0 && !openable.includes(table) ? [left] : []),
      ...(bySubject === 0
        ? []
        : [{ what: `${bySubject} rows under the person's index`, where, until: endOfSubject(table) }]),
    ],
  };
}

const holds = `exists (select from unnest($1::text[]) as sought(text) where position(sought.text in t::text) > 0)`;

function endOfSubject(table: string): string {
  if (table === 'store.events') return 'never: that somebody looked at an erased record is kept';
  if (table === 'keystore.access_keys') return 'this node carries the erasure out';
  return 'her consents are erased: plinth erase consents';
}

async function count(client: pg.Client, source: string, sought: readonly string[]): Promise<number> {
  const { rows } = await client.query<{ count: string }>(`select count(*) as count from ${source}`, [sought]);
  return Number(rows[0]?.count ?? 0);
}

type Opened = AsyncDisposable & { readonly client: pg.Client };

/** Opens a node's database in such a way that nothing can be written. */
export async function openReadOnly(place: DatabasePlace): Promise<Opened> {
  const server = 'databaseUrl' in place ? { url: place.databaseUrl, stop: nobody } : await reach(place.directory);
  const client = new pg.Client({ connectionString: server.url, options: '-c default_transaction_read_only=on' });
  try {
    await client.connect();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    client,
    [Symbol.asyncDispose]: async () => {
      await client.end();
      await server.stop();
    },
  };
}

const nobody = () => Promise.resolve();

/** The embedded server of a node that runs, or one that is started for the look. */
async function reach(directory: string): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const url = await findRunningServer(directory);
  return url === undefined ? startEmbeddedPostgres({ directory }) : { url, stop: nobody };
}
