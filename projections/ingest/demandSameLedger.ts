import { sql } from 'kysely';
import { canonicalJson } from '#domain/seal/canonical.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { StoreAhead } from '../eventStore.ts';
import type { Database } from '../postgres/database.ts';

type Newest = { readonly stream: string; readonly version: number; readonly body: string };

/**
 * Throws a StoreAhead when the read models hold what their ledger does not: it was restored to an older state, or is another
 * one. Going on would mean to wait for ever, or to fold one history onto another.
 */
export async function demandSameLedger(
  { kysely }: Database,
  ledger: Pick<Ledger, 'status' | 'tip' | 'history'>,
  position: number,
): Promise<void> {
  if (position < 0) return;
  const { height } = await ledger.status();
  if (position >= height) {
    if (position >= (await ledger.tip())) throw new StoreAhead(`facts of block ${position}`);
    return; // the own peer is behind the others, and comes
  }
  const { rows } = await sql<Newest>`
    select stream, version, body from store.events where block <= ${position}
    order by block desc, transaction desc, event desc limit 1`.execute(kysely);
  for (const { stream, version, body } of rows) {
    const [found] = await ledger.history(stream, version);
    if (found === undefined || canonicalJson(found) !== body)
      throw new StoreAhead(`another fact than version ${version} of ${stream}`);
  }
}
