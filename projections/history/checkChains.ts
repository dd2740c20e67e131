import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import { HistoryFault } from './historyFault.ts';

/** Throws a HistoryFault unless every copied event names the hash of its stream's event before, from the first one on. */
export async function checkChains({ kysely }: Database): Promise<void> {
  const { rows } = await sql<{ block: number }>`
    select block from (
      select block, version, prev, lag(version) over stream as version_before, lag(hash) over stream as hash_before
      from store.copied_events window stream as (partition by stream order by version)
    ) as linked
    where version <> coalesce(version_before, 0) + 1 or prev is distinct from hash_before
    order by block limit 1`.execute(kysely);
  if (rows[0] === undefined) return;
  throw new HistoryFault(
    'ERR_CHAIN_BROKEN',
    `an event of block ${rows[0].block} does not follow its stream's last one`,
  );
}
