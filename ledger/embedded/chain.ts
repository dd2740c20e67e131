import { join } from 'node:path';
import { common } from '@hyperledger/fabric-protos';
import { blockHash, dataHash } from '../blocks/blockHash.ts';
import { commitHash } from '../blocks/commitHash.ts';
import { decodeBlock } from '../blocks/decodeBlock.ts';
import { emptyBlock, seal } from './blockParts.ts';
import { CommittedState } from './committedState.ts';
import { applyBlock, updatesOf, type Effect } from './effects.ts';
import type { Signer } from './identities.ts';
import { PrivateStore, keptOf, type Keep, type PrivateSets } from './privateStore.ts';
import { RecordFile } from './recordFile.ts';
import { digest } from './signing.ts';
import type { Transaction } from './transaction.ts';
import { codesOf } from './validation.ts';

/** A transaction on its way into a block. */
export type Ordered = {
  readonly envelope: Uint8Array;
  readonly transaction: Transaction;
  /** Serialised `TxPvtReadWriteSet`. */
  readonly privateSet?: Uint8Array | undefined;
};

/** The blocks of a channel on disk and the state they add up to. One block is written at a time. */
export class Chain {
  readonly state = new CommittedState();
  readonly #orderer: Signer;
  readonly #transactionIds = new Set<string>();
  /** Purged private values: place → block of the purge. */
  readonly #purged = new Map<string, number>();
  #blocks: RecordFile | undefined;
  #private: PrivateStore | undefined;
  #tip: { readonly hash: Uint8Array; readonly commitHash: Uint8Array } = { hash: none, commitHash: none };

  private constructor(orderer: Signer) {
    this.#orderer = orderer;
  }

  /** Opens the files of a directory and replays them; an empty directory begins with `genesis`. */
  static async open(directory: string, orderer: Signer, genesis: () => common.Block): Promise<Chain> {
    const chain = new Chain(orderer);
    try {
      await chain.#open(directory, genesis);
      return chain;
    } catch (error) {
      await chain.close();
      throw error;
    }
  }

  get height(): number {
    return this.#files.blocks.count;
  }

  isKnown(transactionId: string): boolean {
    return this.#transactionIds.has(transactionId);
  }

  /** A block with the private data that may be shown of it. */
  async read(
    number: number,
    mayShow: Keep,
  ): Promise<{ readonly bytes: Uint8Array; readonly privateSets: PrivateSets }> {
    const { blocks, privateStore } = this.#files;
    const sets = await privateStore.read(number);
    const keep: Keep = (...place) => this.#isKept(...place) && mayShow(...place);
    const privateSets = new Map([...sets].map(([index, set]) => [index, keptOf(number, set, keep)] as const));
    return { bytes: await blocks.read(number), privateSets };
  }

  /** Validates, writes and applies one block. Answers the codes; durable when it resolves. */
  async append(ordered: readonly Ordered[]): Promise<{ readonly number: number; readonly codes: Uint8Array }> {
    const { blocks, privateStore } = this.#files;
    const number = blocks.count;
    const codes = codesOf(
      ordered.map(({ transaction }) => transaction),
      this.state,
      (id) => this.isKnown(id),
    );
    const effects = ordered
      .map(({ transaction: { writes, privateHashes }, privateSet }, index) => ({
        index,
        writes,
        privateHashes,
        privateSet,
      }))
      .filter(({ index }) => codes[index] === 0);
    const block = emptyBlock(
      number,
      this.#tip.hash,
      ordered.map(({ envelope }) => envelope),
    );
    const commit = commitHash(codes, updatesOf(number, effects), this.#tip.commitHash);
    seal(block, { codes, commitHash: commit, orderer: this.#orderer });
    // Private data first: a block whose private data are gone could never be filled again, the other way round nothing has happened.
    await privateStore.append(number, privateSetsOf(effects));
    await blocks.append(block.serializeBinary());
    this.#advance(block, commit);
    for (const { transaction } of ordered) this.#transactionIds.add(transaction.id);
    this.#apply(number, effects);
    return { number, codes };
  }

  async close(): Promise<void> {
    await this.#blocks?.close();
    await this.#private?.close();
  }

  get #files(): { readonly blocks: RecordFile; readonly privateStore: PrivateStore } {
    if (this.#blocks === undefined || this.#private === undefined) throw new Error('the chain is not open');
    return { blocks: this.#blocks, privateStore: this.#private };
  }

  async #open(directory: string, genesis: () => common.Block): Promise<void> {
    const privatePath = join(directory, 'private.log');
    this.#private = await PrivateStore.open(privatePath);
    const privateStore = this.#private;
    this.#blocks = await RecordFile.open(join(directory, 'blocks.log'), async (record, number) => {
      const block = findIntactBlock(record, number, this.#tip.hash);
      if (block !== undefined) this.#replay(block, record, await privateStore.read(number));
      return block !== undefined;
    });
    if (this.#blocks.count === 0) {
      const block = genesis();
      await this.#blocks.append(block.serializeBinary());
      this.#advance(block, none);
    }
    if ((privateStore.newest ?? 0) >= this.#blocks.count) await privateStore.dropNewest(); // its block was never written
    await this.#scrub(privatePath);
  }

  /** Blocks on our own disk are taken at their word; who does not, verifies them. Private data are checked against their hashes. */
  #replay(block: common.Block, bytes: Uint8Array, privateSets: PrivateSets): void {
    const { number, transactions } = decodeBlock({ bytes, privateSets });
    const commit = block.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.COMMIT_HASH] ?? none;
    this.#advance(block, common.Metadata.deserializeBinary(commit).getValue_asU8());
    for (const { id } of transactions) this.#transactionIds.add(id);
    const valid = transactions.filter(({ code }) => code === 0);
    this.#apply(
      number,
      valid.map((each) => ({ ...each, privateSet: privateSets.get(each.index) })),
    );
  }

  #advance(block: common.Block, commit: Uint8Array): void {
    this.#tip = { hash: blockHash(block.getHeader() ?? new common.BlockHeader()), commitHash: commit };
  }

  #apply(number: number, effects: readonly Effect[]): void {
    applyBlock(this.state, number, effects);
    for (const { privateHashes } of effects)
      for (const { collection, keyHash, isPurge } of privateHashes)
        if (isPurge) this.#purged.set(`${collection}\u0000${keyHash}`, number);
  }

  #isKept(block: number, collection: string, key: string): boolean {
    if (this.#purged.size === 0) return true;
    const purge = this.#purged.get(`${collection}\u0000${digest(Buffer.from(key)).toString('base64url')}`);
    return purge === undefined || block > purge;
  }

  /** Purged values leave the disk at the next start. */
  async #scrub(path: string): Promise<void> {
    if (this.#purged.size === 0) return;
    await this.#private?.close();
    await PrivateStore.scrub(path, (...place) => this.#isKept(...place));
    this.#private = await PrivateStore.open(path);
  }
}

const none = new Uint8Array();

/** The block that a record holds, or undefined when the record is not the next block of this chain as it was written. */
function findIntactBlock(record: Uint8Array, number: number, previousHash: Uint8Array): common.Block | undefined {
  const block = parse(record);
  const header = block?.getHeader();
  if (block === undefined || header?.getNumber() !== number) return undefined;
  const hash = dataHash(block.getData()?.getDataList_asU8() ?? []);
  const follows = Buffer.compare(header.getPreviousHash_asU8(), previousHash) === 0;
  return follows && hash.equals(header.getDataHash_asU8()) ? block : undefined;
}

function parse(record: Uint8Array): common.Block | undefined {
  try {
    return common.Block.deserializeBinary(record);
  } catch {
    return undefined; // torn by a crash, or damaged: the file that holds it decides
  }
}

function privateSetsOf(effects: readonly Effect[]): PrivateSets {
  return new Map(
    effects.flatMap(({ index, privateSet }) => (privateSet === undefined ? [] : [[index, privateSet] as const])),
  );
}
