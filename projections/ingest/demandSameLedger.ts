import { canonicalJson } from '#domain/seal/canonical.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { StoreAhead } from '../eventStore.ts';
import { findNewestFact } from '../models/storedFacts.ts';
import type { Database } from '../postgres/database.ts';

/**
 * Throws a StoreAhead when the read models hold what their ledger does not: it was restored to an older state, or is another
 * one. Going on would mean to wait for ever, or to fold one history onto another. Asks the ledger in any case.
 */
export async function demandSameLedger(
  database: Database,
  ledger: Pick<Ledger, 'status' | 'tip' | 'history'>,
  position: number,
): Promise<void> {
  if (!(await demandOnLedger(position, ledger))) return;
  const newest = await findNewestFact(database);
  if (newest === undefined) return;
  const { stream, version, body } = newest;
  const [found] = await ledger.history(stream, version);
  if (found === undefined || canonicalJson(found) !== body)
    throw new StoreAhead(`another fact than version ${version} of ${stream}`);
}

/** Whether the own peer has a block; it may be behind the others, so all are asked before a StoreAhead is thrown. */
export async function demandOnLedger(block: number, ledger: Pick<Ledger, 'status' | 'tip'>): Promise<boolean> {
  const { height } = await ledger.status();
  if (block < height) return true;
  if (block < (await ledger.tip())) return false;
  throw new StoreAhead(`facts of block ${block}`);
}
