import { privateWrites, type PrivateHash, type Write } from '../blocks/readWriteSet.ts';
import type { Update } from '../blocks/commitHash.ts';
import type { CommittedState } from './committedState.ts';
import { chaincode } from './proposal.ts';
import { digest } from './signing.ts';

/** What one valid transaction writes. */
export type Effect = {
  readonly index: number;
  readonly writes: readonly Write[];
  readonly privateHashes: readonly PrivateHash[];
  /** Serialised `TxPvtReadWriteSet`. */
  readonly privateSet?: Uint8Array | undefined;
};

/** What a block leaves behind, one entry per key: the last valid write to it. */
export function updatesOf(block: number, effects: readonly Effect[]): readonly Update[] {
  const updates = new Map<string, Update>();
  const add = (update: Omit<Update, 'namespace' | 'block'>): void => {
    const { collection, key } = update;
    updates.set(`${collection}\u0000${Buffer.from(key).toString('latin1')}`, {
      namespace: chaincode.name,
      block,
      ...update,
    });
  };
  for (const { index: transaction, writes, privateHashes } of effects) {
    for (const { key, value, isDelete } of writes)
      add({ collection: '', key: Buffer.from(key), value: isDelete ? undefined : value, transaction });
    for (const { collection, keyHash, valueHash } of privateHashes)
      add({
        collection,
        key: bytesOf(keyHash),
        value: valueHash === undefined ? undefined : bytesOf(valueHash),
        transaction,
      });
  }
  return [...updates.values()];
}

/** Brings a block's effects into the state. The block must be durable before. */
export function applyBlock(state: CommittedState, block: number, effects: readonly Effect[]): void {
  for (const { collection, key, value, transaction } of updatesOf(block, effects)) {
    const version = { block, transaction };
    if (collection === '') state.put(Buffer.from(key).toString(), value, version);
    else state.putHash(collection, Buffer.from(key).toString('base64url'), value, version);
  }
  for (const effect of effects) applyPrivate(state, block, effect);
  state.advance(block);
}

function applyPrivate(state: CommittedState, block: number, { index, privateHashes, privateSet }: Effect): void {
  const version = { block, transaction: index };
  if (privateSet === undefined) return;
  for (const { collection, key, value, isDelete } of privateWrites(privateSet, chaincode.name)) {
    const keyHash = digest(Buffer.from(key)).toString('base64url');
    const hash = privateHashes.find((each) => each.collection === collection && each.keyHash === keyHash);
    const valueHash = isDelete ? undefined : digest(value).toString('base64url');
    if (hash === undefined || hash.valueHash !== valueHash)
      throw new Error(`private data of block ${block} do not match their hash`);
    state.putPrivate(collection, key, isDelete ? undefined : value, version);
  }
}

function bytesOf(hash: string): Buffer {
  return Buffer.from(hash, 'base64url');
}
