import { sql } from 'kysely';
import type { IdentitySchema } from '#domain/identitySchema/events.ts';
import type { Keystore } from '../keys/keystore.ts';
import type { Database, Trx } from '../postgres/database.ts';
import { insertRows } from '../postgres/rows.ts';
import type { Unfit } from '../keys/unseal.ts';

/** A private value that this agency holds and its node cannot serve. */
export type Missing = {
  readonly stream: string;
  readonly version: number;
  readonly class: string;
  readonly reason: Unfit;
};

/** How many private values of a class this node cannot serve, and why. */
export type MissingCount = { readonly class: string; readonly reason: Unfit; readonly count: number };

/** What this node cannot serve of what its agency holds; nothing of it says whose values they are. */
export async function missingCounts({ pool }: Pick<Database, 'pool'>): Promise<readonly MissingCount[]> {
  const { rows } = await pool.query<MissingCount>(
    'select class, reason, count(*) as count from store.missing_entries group by class, reason order by class, reason',
  );
  return rows;
}

/**
 * Puts values on the list. What has not come is asked for again; what came is what the ledger has the hash of, so only
 * people can do something about it.
 */
export async function noteMissing(trx: Trx, missing: readonly Missing[]): Promise<void> {
  const rows = missing.map((each) => ({
    ...each,
    next_attempt: each.reason === 'ERR_ENTRY_MISSING' ? 'now' : 'infinity',
  }));
  await insertRows(trx, { schema: 'store', table: 'missing_entries', key: ['stream', 'version'] }, rows);
}

/** Whether an agency holds a class by the newest of these schemas. Before the first schema, whatever comes is its own. */
export function holderOf({ agency }: Keystore, schemas: Iterable<IdentitySchema>): (className: string) => boolean {
  const newest = [...schemas].reduce<IdentitySchema | undefined>(
    (last, each) => (last === undefined || each.version > last.version ? each : last),
    undefined,
  );
  return (className) => newest === undefined || newest.classes[className]?.members.includes(agency) === true;
}

/** Lists the older values of classes that the agency holds from now on: they were not sealed for it. */
export async function noteJoinedClasses(trx: Trx, classes: readonly string[]): Promise<void> {
  if (classes.length === 0) return;
  await sql`
    insert into store.missing_entries (stream, version, class)
    select e.stream, e.version, e.body::jsonb #>> '{sealed,class}' from store.events e
    where e.block is not null and e.body like '%"sealed":{%' and e.body::jsonb #>> '{sealed,class}' = any(${classes})
      and not exists (select from store.sealed_entries s where s.stream = e.stream and s.version = e.version)
    on conflict do nothing`.execute(trx);
}
