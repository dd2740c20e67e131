import { sha256 } from '#domain/seal/digest.ts';
import { decodeBlock, type BlockTransaction } from '#ledger/blocks/decodeBlock.ts';
import { sealedKeyOf } from '#ledger/blocks/ledgerEvents.ts';
import { BlocksPruned, type Ledger } from '#ledger/ledger.ts';
import { keyPlace } from './opening.ts';
import type { ProjectedEvent } from '../models/readModel.ts';

/** Whether a sealed entry is the one that the ledger has of a fact. */
type EntryCheck = (fact: ProjectedEvent, entry: Uint8Array) => boolean;
type Blocks = Pick<Ledger, 'blocks'>;

/**
 * Compares sealed entries with the hashes that stand in the blocks of their facts. A peer that began with a snapshot never had the
 * blocks before it: there nothing is compared, and the fact itself, which commits to key and values, has to say what fits.
 */
export async function entryCheck(
  ledger: Blocks,
  className: string,
  facts: readonly ProjectedEvent[],
): Promise<EntryCheck> {
  const first = await firstOf(ledger, facts);
  const told = facts.filter(({ place }) => place.block >= first);
  const hashes = await entryHashes(ledger, className, told);
  return ({ event, place }, entry) =>
    place.block < first || hashes.get(keyPlace(event.stream, event.version)) === sha256(entry);
}

/** The first block that the own peer has, if these facts need earlier ones; otherwise 0. */
async function firstOf(ledger: Blocks, facts: readonly ProjectedEvent[]): Promise<number> {
  if (facts.length === 0) return 0;
  const stop = new AbortController();
  try {
    const earliest = Math.min(...facts.map(({ place }) => place.block));
    await ledger.blocks(earliest, stop.signal)[Symbol.asyncIterator]().next();
    return 0;
  } catch (error) {
    if (error instanceof BlocksPruned) return error.first;
    throw error;
  } finally {
    stop.abort();
  }
}

/** By `stream version`. */
async function entryHashes(
  ledger: Blocks,
  className: string,
  facts: readonly ProjectedEvent[],
): Promise<ReadonlyMap<string, string>> {
  const byBlock = Map.groupBy(facts, ({ place }) => place.block);
  const hashes = new Map<string, string>();
  if (byBlock.size === 0) return hashes;
  const last = Math.max(...byBlock.keys());
  const stop = new AbortController();
  try {
    for await (const delivered of ledger.blocks(Math.min(...byBlock.keys()), stop.signal)) {
      const wanted = byBlock.get(delivered.number) ?? [];
      const transactions = wanted.length === 0 ? [] : decodeBlock(delivered).transactions;
      for (const { event, place } of wanted) {
        const hash = hashOf(transactions[place.transaction], className, sealedKeyOf(event));
        if (hash !== undefined) hashes.set(keyPlace(event.stream, event.version), hash);
      }
      if (delivered.number >= last) break;
    }
    return hashes;
  } finally {
    stop.abort();
  }
}

function hashOf(transaction: BlockTransaction | undefined, collection: string, key: string): string | undefined {
  const keyHash = sha256(key);
  const written = transaction?.privateHashes.find((each) => each.collection === collection && each.keyHash === keyHash);
  return written?.valueHash;
}
