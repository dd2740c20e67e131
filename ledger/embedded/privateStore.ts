import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { common, ledger, peer } from '@hyperledger/fabric-protos';
import { RecordFile, syncDirectory } from './recordFile.ts';

/** The private sets of one block, by transaction index: serialised `TxPvtReadWriteSet`. */
export type PrivateSets = ReadonlyMap<number, Uint8Array>;

/** Whether a private write may still be kept or shown. */
export type Keep = (block: number, collection: string, key: string) => boolean;

/** The private data of the blocks, in a file of their own: blocks hold hashes only. */
export class PrivateStore {
  readonly #file: RecordFile;
  /** Block number → record. */
  readonly #index: Map<number, number>;

  private constructor(file: RecordFile, index: Map<number, number>) {
    this.#file = file;
    this.#index = index;
  }

  static async open(path: string): Promise<PrivateStore> {
    const index = new Map<number, number>();
    const file = await RecordFile.open(path, (record, position) => {
      const number = numberOf(record);
      if (number === undefined || number <= ([...index.keys()].at(-1) ?? 0)) return false;
      index.set(number, position);
      return true;
    });
    return new PrivateStore(file, index);
  }

  /** Durable when it resolves; the block itself is written after it. */
  async append(block: number, sets: PrivateSets): Promise<void> {
    if (sets.size === 0) return;
    await this.#file.append(encode(block, sets));
    this.#index.set(block, this.#file.count - 1);
  }

  async read(block: number): Promise<PrivateSets> {
    const record = this.#index.get(block);
    return record === undefined ? new Map<number, Uint8Array>() : decode(await this.#file.read(record));
  }

  /** The block of the newest record. */
  get newest(): number | undefined {
    return [...this.#index.keys()].at(-1);
  }

  /** Takes back the newest record, whose block never came to be. */
  async dropNewest(): Promise<void> {
    const { newest } = this;
    if (newest !== undefined) this.#index.delete(newest);
    await this.#file.dropLast();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** Writes the file anew without what must not be kept any longer. */
  static async scrub(path: string, keep: Keep): Promise<void> {
    const draft = `${path}.draft`;
    await rm(draft, { force: true });
    const [old, scrubbed] = [await PrivateStore.open(path), await RecordFile.open(draft, () => true)];
    let changed = false;
    for (const number of old.#index.keys()) {
      const sets = await old.read(number);
      const kept = new Map([...sets].map(([index, set]) => [index, keptOf(number, set, keep)] as const));
      changed ||= [...sets].some(([index, set]) => set.length !== kept.get(index)?.length);
      await scrubbed.append(encode(number, kept));
    }
    await Promise.all([old.close(), scrubbed.close()]);
    if (!changed) return rm(draft);
    await rename(draft, path);
    await syncDirectory(dirname(path));
  }
}

/** A private set without the writes that must not be kept or shown. */
export function keptOf(block: number, set: Uint8Array, keep: Keep): Uint8Array {
  const message = ledger.rwset.TxPvtReadWriteSet.deserializeBinary(set);
  for (const namespace of message.getNsPvtRwsetList()) {
    for (const collection of namespace.getCollectionPvtRwsetList()) {
      const writes = ledger.rwset.kvrwset.KVRWSet.deserializeBinary(collection.getRwset_asU8());
      const name = collection.getCollectionName();
      writes.setWritesList(writes.getWritesList().filter((write) => keep(block, name, write.getKey())));
      collection.setRwset(writes.serializeBinary());
    }
    const held = namespace.getCollectionPvtRwsetList().filter((each) => each.getRwset_asU8().length > 0);
    namespace.setCollectionPvtRwsetList(held);
  }
  return message.serializeBinary();
}

function encode(block: number, sets: PrivateSets): Uint8Array {
  const header = new common.BlockHeader();
  header.setNumber(block);
  const named = new common.Block();
  named.setHeader(header);
  const message = new peer.BlockAndPrivateData();
  message.setBlock(named);
  for (const [index, set] of sets)
    message.getPrivateDataMapMap().set(index, ledger.rwset.TxPvtReadWriteSet.deserializeBinary(set));
  return message.serializeBinary();
}

function decode(record: Uint8Array): PrivateSets {
  const sets = new Map<number, Uint8Array>();
  const message = peer.BlockAndPrivateData.deserializeBinary(record);
  message.getPrivateDataMapMap().forEach((set, index) => sets.set(index, set.serializeBinary()));
  return sets;
}

function numberOf(record: Uint8Array): number | undefined {
  try {
    return peer.BlockAndPrivateData.deserializeBinary(record).getBlock()?.getHeader()?.getNumber();
  } catch {
    return undefined; // not a record: whoever reads the file says what that means
  }
}
