import { ledger } from '@hyperledger/fabric-protos';

const { TxPvtReadWriteSet, TxReadWriteSet } = ledger.rwset;
const { HashedRWSet, KVRWSet } = ledger.rwset.kvrwset;

/** One public write of a transaction. */
export type Write = { readonly key: string; readonly value: Uint8Array; readonly isDelete: boolean };
/** What a transaction read: the version it saw, none where the key was absent. Private keys are named by their hash. */
export type Read = {
  /** Empty for public state. */
  readonly collection: string;
  readonly key: string;
  readonly version?: { readonly block: number; readonly transaction: number };
};
/** What the block says of a private write: hashes in base64url, no value hash when the key was deleted or purged. */
export type PrivateHash = {
  readonly collection: string;
  readonly keyHash: string;
  readonly valueHash?: string;
  readonly isPurge: boolean;
};
/** A private write as a member of its collection gets it. */
export type PrivateWrite = Write & { readonly collection: string };

/** The writes of one namespace, and the hashes of its private writes, from a serialised `TxReadWriteSet`. */
export function publicWrites(
  bytes: Uint8Array,
  namespace: string,
): { readonly writes: readonly Write[]; readonly privateHashes: readonly PrivateHash[] } {
  const sets = TxReadWriteSet.deserializeBinary(bytes)
    .getNsRwsetList()
    .filter((set) => set.getNamespace() === namespace);
  return {
    writes: sets.flatMap((set) => writesOf(set.getRwset_asU8())),
    privateHashes: sets.flatMap((set) => set.getCollectionHashedRwsetList().flatMap(hashesOf)),
  };
}

/** The reads of one namespace from a serialised `TxReadWriteSet`, the private ones included. Range queries are left out. */
export function readsOf(bytes: Uint8Array, namespace: string): readonly Read[] {
  const sets = TxReadWriteSet.deserializeBinary(bytes)
    .getNsRwsetList()
    .filter((set) => set.getNamespace() === namespace);
  return sets.flatMap((set) => [
    ...KVRWSet.deserializeBinary(set.getRwset_asU8())
      .getReadsList()
      .map((read) => ({ collection: '', key: read.getKey(), ...versionOf(read.getVersion()) })),
    ...set.getCollectionHashedRwsetList().flatMap((hashed) =>
      HashedRWSet.deserializeBinary(hashed.getHashedRwset_asU8())
        .getHashedReadsList()
        .map((read) => ({
          collection: hashed.getCollectionName(),
          key: base64url(read.getKeyHash_asU8()),
          ...versionOf(read.getVersion()),
        })),
    ),
  ]);
}

function versionOf(version: ledger.rwset.kvrwset.Version | undefined): Pick<Read, 'version'> {
  if (version === undefined) return {};
  return { version: { block: version.getBlockNum(), transaction: version.getTxNum() } };
}

/** The private writes of one namespace, from a serialised `TxPvtReadWriteSet`. */
export function privateWrites(bytes: Uint8Array, namespace: string): readonly PrivateWrite[] {
  return TxPvtReadWriteSet.deserializeBinary(bytes)
    .getNsPvtRwsetList()
    .filter((set) => set.getNamespace() === namespace)
    .flatMap((set) => set.getCollectionPvtRwsetList())
    .flatMap((set) =>
      writesOf(set.getRwset_asU8()).map((write) => ({ collection: set.getCollectionName(), ...write })),
    );
}

function writesOf(bytes: Uint8Array): readonly Write[] {
  return KVRWSet.deserializeBinary(bytes)
    .getWritesList()
    .map((write) => ({ key: write.getKey(), value: write.getValue_asU8(), isDelete: write.getIsDelete() }));
}

function hashesOf(set: ledger.rwset.CollectionHashedReadWriteSet): readonly PrivateHash[] {
  return HashedRWSet.deserializeBinary(set.getHashedRwset_asU8())
    .getHashedWritesList()
    .map((write) => ({
      collection: set.getCollectionName(),
      keyHash: base64url(write.getKeyHash_asU8()),
      isPurge: write.getIsPurge(),
      ...(!write.getIsDelete() && { valueHash: base64url(write.getValueHash_asU8()) }),
    }));
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
