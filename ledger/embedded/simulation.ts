import { ledger } from '@hyperledger/fabric-protos';
import type { Reader } from './committedState.ts';
import { chaincode } from './proposal.ts';
import { digest } from './signing.ts';
import type { Stored, Version } from './versionedMap.ts';

const { TxReadWriteSet, NsReadWriteSet, CollectionHashedReadWriteSet } = ledger.rwset;
const { TxPvtReadWriteSet, NsPvtReadWriteSet, CollectionPvtReadWriteSet } = ledger.rwset;
const { KVRWSet, KVRead, KVWrite, HashedRWSet, KVReadHash, KVWriteHash } = ledger.rwset.kvrwset;

/** What a simulation would do: the public read-write set, and the private one that goes round the block. */
export type Simulated = { readonly results: Uint8Array; readonly privateSet?: Uint8Array };

type PrivateWrite = { readonly value: Uint8Array | undefined; readonly purge: boolean };
type Collection = {
  readonly reads: Map<string, Version | undefined>;
  readonly writes: Map<string, PrivateWrite>;
};

const nothing = Buffer.alloc(0);

/**
 * Stands behind a chaincode stub where a peer would: answers reads at one height and collects what is read and written.
 * A transaction never sees its own writes, as in Fabric. Range and rich queries are not offered: the contract has none.
 */
export class Simulation {
  readonly #reader: Reader;
  readonly #mayRead: (collection: string) => boolean;
  readonly #reads = new Map<string, Version | undefined>();
  readonly #writes = new Map<string, Uint8Array | undefined>();
  readonly #collections = new Map<string, Collection>();

  constructor(reader: Reader, mayRead: (collection: string) => boolean) {
    this.#reader = reader;
    this.#mayRead = mayRead;
  }

  async handleGetState(collection: string, key: string): Promise<Buffer> {
    if (collection !== '') return this.#getPrivate(collection, key);
    const stored = await this.#reader.read('', key);
    this.#reads.set(key, stored?.version);
    return valueOf(stored);
  }

  handlePutState(collection: string, key: string, value: Uint8Array): Promise<Buffer> {
    return this.#write(collection, key, value.length === 0 ? undefined : value, false); // Fabric takes an empty value for a deletion
  }

  handleDeleteState(collection: string, key: string): Promise<Buffer> {
    return this.#write(collection, key, undefined, false);
  }

  handlePurgeState(collection: string, key: string): Promise<Buffer> {
    return this.#write(collection, key, undefined, true);
  }

  async handleGetPrivateDataHash(collection: string, key: string): Promise<Buffer> {
    const keyHash = digest(Buffer.from(key));
    const stored = await this.#reader.readHash(collection, keyHash.toString('base64url'));
    this.#collection(collection).reads.set(key, stored?.version);
    return valueOf(stored);
  }

  results(): Simulated {
    const privateSet = this.#privateSet();
    const results = this.#publicSet().serializeBinary();
    return privateSet === undefined ? { results } : { results, privateSet: privateSet.serializeBinary() };
  }

  async #getPrivate(collection: string, key: string): Promise<Buffer> {
    if (!this.#mayRead(collection)) throw new Error(`this agency does not hold collection ${collection}`);
    await this.handleGetPrivateDataHash(collection, key);
    return valueOf(await this.#reader.read(collection, key));
  }

  #write(collection: string, key: string, value: Uint8Array | undefined, purge: boolean): Promise<Buffer> {
    if (collection === '') this.#writes.set(key, value);
    else this.#collection(collection).writes.set(key, { value, purge });
    return Promise.resolve(nothing);
  }

  #collection(name: string): Collection {
    const known = this.#collections.get(name);
    if (known !== undefined) return known;
    const made: Collection = { reads: new Map(), writes: new Map() };
    this.#collections.set(name, made);
    return made;
  }

  #publicSet(): ledger.rwset.TxReadWriteSet {
    const set = new KVRWSet();
    set.setReadsList(inOrder(this.#reads).map(([key, version]) => kvRead(key, version)));
    set.setWritesList(inOrder(this.#writes).map(([key, value]) => kvWrite(key, value)));
    const namespace = new NsReadWriteSet();
    namespace.setNamespace(chaincode.name);
    namespace.setRwset(set.serializeBinary());
    namespace.setCollectionHashedRwsetList(inOrder(this.#collections).map(([name, each]) => hashedSet(name, each)));
    const results = new TxReadWriteSet();
    results.setNsRwsetList([namespace]);
    return results;
  }

  #privateSet(): ledger.rwset.TxPvtReadWriteSet | undefined {
    const written = inOrder(this.#collections).filter(([, { writes }]) => writes.size > 0);
    if (written.length === 0) return undefined;
    const namespace = new NsPvtReadWriteSet();
    namespace.setNamespace(chaincode.name);
    namespace.setCollectionPvtRwsetList(
      written.map(([name, collection]) => {
        const set = new CollectionPvtReadWriteSet();
        set.setCollectionName(name);
        set.setRwset(rawWrites(collection));
        return set;
      }),
    );
    const results = new TxPvtReadWriteSet();
    results.setNsPvtRwsetList([namespace]);
    return results;
  }
}

function valueOf(stored: Stored | undefined): Buffer {
  return stored === undefined ? nothing : Buffer.from(stored.value);
}

/** By the bytes of the key, as Fabric sorts; JavaScript would compare UTF-16 units. */
function inOrder<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map]
    .map(([key, value]) => ({ bytes: Buffer.from(key), entry: [key, value] as [string, T] }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ entry }) => entry);
}

function rawWrites({ writes }: Collection): Uint8Array {
  const set = new KVRWSet();
  set.setWritesList(inOrder(writes).map(([key, { value }]) => kvWrite(key, value)));
  return set.serializeBinary();
}

function hashedSet(name: string, collection: Collection): ledger.rwset.CollectionHashedReadWriteSet {
  const hashed = new HashedRWSet();
  hashed.setHashedReadsList(byHash(collection.reads).map(([keyHash, version]) => hashedRead(keyHash, version)));
  hashed.setHashedWritesList(byHash(collection.writes).map(([keyHash, write]) => hashedWrite(keyHash, write)));
  const set = new CollectionHashedReadWriteSet();
  set.setCollectionName(name);
  set.setHashedRwset(hashed.serializeBinary());
  if (collection.writes.size > 0) set.setPvtRwsetHash(digest(rawWrites(collection)));
  return set;
}

// Fabric sorts the hashed entries by the key that was hashed, not by the hash.
function byHash<T>(map: ReadonlyMap<string, T>): [Buffer, T][] {
  return inOrder(map).map(([key, value]) => [digest(Buffer.from(key)), value]);
}

function kvRead(key: string, version: Version | undefined): ledger.rwset.kvrwset.KVRead {
  const read = new KVRead();
  read.setKey(key);
  if (version !== undefined) read.setVersion(versionOf(version));
  return read;
}

function kvWrite(key: string, value: Uint8Array | undefined): ledger.rwset.kvrwset.KVWrite {
  const write = new KVWrite();
  write.setKey(key);
  if (value === undefined) write.setIsDelete(true);
  else write.setValue(value);
  return write;
}

function hashedRead(keyHash: Uint8Array, version: Version | undefined): ledger.rwset.kvrwset.KVReadHash {
  const read = new KVReadHash();
  read.setKeyHash(keyHash);
  if (version !== undefined) read.setVersion(versionOf(version));
  return read;
}

function hashedWrite(keyHash: Uint8Array, { value, purge }: PrivateWrite): ledger.rwset.kvrwset.KVWriteHash {
  const write = new KVWriteHash();
  write.setKeyHash(keyHash);
  if (value === undefined) write.setIsDelete(true);
  else write.setValueHash(digest(value));
  if (purge) write.setIsPurge(true);
  return write;
}

function versionOf({ block, transaction }: Version): ledger.rwset.kvrwset.Version {
  const version = new ledger.rwset.kvrwset.Version();
  version.setBlockNum(block);
  version.setTxNum(transaction);
  return version;
}
