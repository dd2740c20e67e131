import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { createAskTogether, type AskTogether } from './askTogether.ts';
import { startEmbeddedPostgres } from './embedded.ts';
import { migrate } from './migrate.ts';
import type { Tables } from './tables.ts';

/** A node's database: Kysely for what is written and browsed, the pool for prepared statements of the hot path. */
export type Database = {
  readonly kysely: Kysely<Tables>;
  readonly pool: pg.Pool;
  readonly askTogether: AskTogether;
  readonly close: () => Promise<void>;
};
export type Trx = Transaction<Tables>;

/** A PostgreSQL server of one's own (15 or newer), or an embedded one whose files lie in `directory`. */
export type DatabasePlace =
  | { readonly databaseUrl: string }
  /** `durable: false` may lose data at a power cut: for tests only. */
  | { readonly directory: string; readonly durable?: boolean };

/** Opens the node's database and brings its tables up to date. */
export async function openDatabase(place: DatabasePlace): Promise<Database> {
  if ('databaseUrl' in place) return connect(place.databaseUrl, () => Promise.resolve());
  const server = await startEmbeddedPostgres(place);
  return connect(server.url, server.stop);
}

async function connect(url: string, stopServer: () => Promise<void>): Promise<Database> {
  const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 5000, types: { getTypeParser } });
  pool.on('error', () => undefined); // an idle connection broke; the pool has dropped it and the next query opens another
  // One that somebody holds breaks without the pool hearing of it: their next query fails, and an error nobody hears ends the node.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const close = async () => {
    await kysely.destroy();
    await stopServer();
  };
  try {
    await migrate(kysely);
  } catch (error) {
    await close();
    throw error;
  }
  return { kysely, pool, askTogether: createAskTogether(pool), close };
}

// Block heights and versions stay far below 2^53; instants travel as ISO 8601 everywhere else.
const parsers = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.INT8, Number],
  [pg.types.builtins.TIMESTAMPTZ, (text) => new Date(text).toISOString()],
]);

// Only texts arrive: nothing here asks for the binary format.
const getTypeParser = (oid: Parameters<typeof pg.types.getTypeParser>[0]): unknown =>
  parsers.get(oid) ?? pg.types.getTypeParser(oid);
