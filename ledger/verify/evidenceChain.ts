import { common } from '@hyperledger/fabric-protos';
import { blockHash, dataHash } from '../blocks/blockHash.ts';
import { originOf } from '../log/origin.ts';
import { channelOf, type Channel } from './channel.ts';
import { checkConfigUpdate } from './configUpdate.ts';
import { Definitions } from './definitions.ts';
import { Discrepancy, demand, required } from './discrepancy.ts';
import { checkOrderers } from './orderers.ts';
import { readBlock, type BlockParts } from './readBlock.ts';
import { isConfig, openTransaction, type Decision, type Transaction } from './transaction.ts';
import { checkTransaction } from './transactionFaults.ts';

/** A transaction that agencies endorsed and a quorum of orderers put into its block. */
export type Counted = {
  readonly decision: Decision;
  readonly index: number;
  readonly agency: string;
  readonly time: number;
};

/**
 * Some blocks of a chain, each checked by its own signatures under the configuration that they name: what lies between them is
 * not there, so nothing that depends on all of it is checked.
 */
export class EvidenceChain {
  readonly signatures = { orderers: 0, creatorsAndEndorsers: 0 };
  readonly #pinned: string;
  readonly #definitions = new Definitions();
  #channel: Channel | undefined;
  #firstHash: Uint8Array = new Uint8Array();
  #last = -1;
  #lastConfig = 0;

  constructor(pinned: string) {
    this.#pinned = pinned;
  }

  get channelId(): string {
    return required(this.#channel, 'the first configuration').id;
  }

  /** Number of the newest block. */
  get lastBlock(): number {
    return this.#last;
  }

  /** The name of the registry log. */
  get origin(): string {
    return originOf(this.channelId, this.#firstHash);
  }

  /** Checks a block, and of its transactions those that `counts` chooses. */
  take(bytes: Uint8Array, counts: (block: number, transaction: number) => boolean): readonly Counted[] {
    const block = readBlock(bytes);
    const number = block.header.getNumber();
    demand(number > this.#last, `block ${number} stands behind block ${this.#last}`);
    this.#last = number;
    const isOfData = dataHash(block.envelopes).equals(block.header.getDataHash_asU8());
    demand(isOfData, `the transactions of block ${number} are not those of its header (data hash)`);
    const isBare = block.metadata.every(({ length }, index) => index === SIGNATURES || length === 0);
    demand(isBare, `block ${number} holds what nobody signed`);
    if (this.#channel !== undefined) return this.#take(block, number, (index) => counts(number, index));
    this.#begin(block);
    return [];
  }

  #begin({ header, envelopes }: BlockParts): void {
    const hash = blockHash(header);
    const text = hash.toString('hex');
    demand(text === this.#pinned, `its first configuration has the hash ${text}, and ${this.#pinned} is pinned`);
    const [only = new Uint8Array()] = envelopes;
    const { transaction } = openTransaction(only);
    if (envelopes.length !== 1 || transaction === undefined || !isConfig(transaction.content))
      throw new Discrepancy('it does not begin with a configuration');
    this.#firstHash = hash;
    this.#channel = channelOf(transaction.channel, transaction.content);
  }

  #take({ header, envelopes, metadata }: BlockParts, number: number, counts: (index: number) => boolean) {
    const channel = required(this.#channel, 'the first configuration');
    const opened = envelopes.map((bytes) => openTransaction(bytes).transaction);
    const [first] = opened;
    const isConfiguration = opened.length === 1 && first !== undefined && isConfig(first.content);
    const chosen = opened.flatMap((transaction, index) =>
      transaction !== undefined && (counts(index) || isConfiguration) ? [{ transaction, index }] : [],
    );
    demand(chosen.length > 0, `block ${number} shows nothing`);
    const time = Math.max(...chosen.map(({ transaction }) => transaction.time));
    const lastConfig = isConfiguration ? number : this.#lastConfig;
    this.signatures.orderers += checkOrderers({ header, metadata }, channel, { time, lastConfig });
    return chosen.flatMap(({ transaction, index }) => {
      this.#check(transaction, channel, `transaction ${index} of block ${number}`);
      return this.#count(transaction, { channel, index, number });
    });
  }

  #check(transaction: Transaction, channel: Channel, place: string): void {
    const { faults, signatures } = checkTransaction(transaction, channel, this.#definitions);
    const [fault] = faults;
    demand(fault === undefined, `${place}: ${fault?.what ?? ''}`);
    this.signatures.creatorsAndEndorsers += signatures;
  }

  #count({ content, creator, time, channel: id }: Transaction, place: Place): readonly Counted[] {
    const { channel, index, number } = place;
    if (!isConfig(content)) {
      this.#definitions.take(content);
      return [{ decision: content, index, time, agency: channel.identify(creator).agency }];
    }
    const next = channelOf(id, content);
    demand(next.sequence === channel.sequence + 1, `configuration ${next.sequence} follows ${channel.sequence}`);
    const update = required(content.getLastUpdate(), 'the change that led to the configuration');
    checkConfigUpdate(channel, { config: next.root, update });
    this.#channel = next;
    this.#lastConfig = number;
    return [];
  }
}

type Place = { readonly channel: Channel; readonly index: number; readonly number: number };
const { SIGNATURES } = common.BlockMetadataIndex;
