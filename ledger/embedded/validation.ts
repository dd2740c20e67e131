import { peer } from '@hyperledger/fabric-protos';
import type { Read } from '../blocks/readWriteSet.ts';
import type { CommittedState } from './committedState.ts';
import type { Transaction } from './transaction.ts';

const { VALID, DUPLICATE_TXID, MVCC_READ_CONFLICT } = peer.TxValidationCode;

/** The validity of each transaction of a block, by Fabric's rules: an id counts once, and what was read must still be so. */
export function codesOf(
  transactions: readonly Transaction[],
  state: CommittedState,
  isKnown: (transactionId: string) => boolean,
): Buffer {
  const ids = new Set<string>();
  const changed = new Set<string>();
  const codes = transactions.map((transaction) => {
    const { id, fault, reads } = transaction;
    if (isKnown(id) || ids.has(id)) return DUPLICATE_TXID;
    ids.add(id);
    if (fault !== undefined) return fault;
    if (reads.some((read) => changed.has(placeOf(read)) || !isFresh(read, state))) return MVCC_READ_CONFLICT;
    for (const { key } of transaction.writes) changed.add(placeOf({ collection: '', key }));
    for (const { collection, keyHash } of transaction.privateHashes) changed.add(placeOf({ collection, key: keyHash }));
    return VALID;
  });
  return Buffer.from(codes);
}

function isFresh({ collection, key, version }: Read, state: CommittedState): boolean {
  const current = collection === '' ? state.version(key) : state.hashVersion(collection, key);
  return current?.block === version?.block && current?.transaction === version?.transaction;
}

function placeOf({ collection, key }: Pick<Read, 'collection' | 'key'>): string {
  return `${collection}\u0000${key}`;
}
