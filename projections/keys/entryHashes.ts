import { sha256 } from '#domain/seal/digest.ts';
import { decodeBlock, type BlockTransaction } from '#ledger/blocks/decodeBlock.ts';
import { sealedKeyOf } from '#ledger/blocks/ledgerEvents.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { keyPlace } from './opening.ts';
import type { ProjectedEvent } from '../models/readModel.ts';

/** The hashes of the sealed entries of these facts as they stand in the ledger's blocks, by `stream version`. */
export async function entryHashes(
  ledger: Pick<Ledger, 'blocks'>,
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
