import { common, peer } from '@hyperledger/fabric-protos';
import { blockHash, dataHash } from '../blocks/blockHash.ts';
import { Agreements } from './agreements.ts';
import { channelOf, type Channel } from './channel.ts';
import { checkConfigUpdate } from './configUpdate.ts';
import { Definitions, isDefinition } from './definitions.ts';
import { demand, readMessage, required, type Discrepancy } from './discrepancy.ts';
import { readBlock } from './readBlock.ts';
import { checkMetadata, checkOrderers } from './orderers.ts';
import type { Report } from './report.ts';
import { Streams } from './streams.ts';
import type { TakenBlock, TakenEvent } from './taken.ts';
import { isConfig, openTransaction, type Opened, type Transaction } from './transaction.ts';
import { agenciesBehind, checkTransaction } from './transactionFaults.ts';
import { compareFlag, duplicateFaults, type Fault } from './flags.ts';
import { WorldState } from './worldState.ts';

const { COMMIT_HASH, TRANSACTIONS_FILTER } = common.BlockMetadataIndex;
const { VALID, MVCC_READ_CONFLICT, PHANTOM_READ_CONFLICT } = peer.TxValidationCode;

type Block = {
  readonly header: common.BlockHeader;
  readonly metadata: readonly Uint8Array[];
  readonly opened: readonly Opened[];
};

const never = [
  'whether newer blocks exist: compare the last hash with another agency',
  'rules about private values, and whether a fact was allowed in the state of its stream: the endorsing agencies checked them',
  'values: they are not in the blocks',
];
const otherFolds = (count: number) =>
  `the states in ${count} heads, made by a chaincode with other folds: audit with the sources of that one too`;
const beyondIt = (count: number) =>
  `range queries and key-level policies of ${count} transactions of chaincodes beside the registry`;

const registry = 'registry';
const strange = 'it reads ranges or sets policies of single keys, which the registry never does';

type Added = Pick<TakenBlock, 'events' | 'falsehoods'>;
type Asked = { readonly packageId: string | undefined; readonly fault: Discrepancy | undefined };

/** Blocks checked one after the other; it remembers what the next one is checked against. */
export class Verification {
  readonly #pinned: string | undefined;
  readonly #definitions = new Definitions();
  readonly #agreements = new Agreements();
  readonly #state = new WorldState();
  readonly #streams = new Streams();
  readonly #ids = new Set<string>();
  readonly #counts = {
    blocks: 0,
    transactions: 0,
    valid: 0,
    orderers: 0,
    others: 0,
    administrators: 0,
    configurations: 0,
    beyond: 0,
  };
  #first = '';
  #last: Buffer = Buffer.alloc(0);
  #lastConfig = 0;
  /** Running maximum of what valid transactions say of the time. */
  #time = 0;
  #channel: Channel | undefined;
  /** The one that is being checked. */
  #transaction: number | undefined;

  constructor(pinned: string | undefined) {
    this.#pinned = pinned;
  }

  /** Checks the next block. Answers what it added. Throws a Discrepancy, and must then be given no other. */
  take(bytes: Uint8Array): TakenBlock {
    this.#transaction = undefined;
    const { header, envelopes, metadata } = readBlock(bytes);
    this.#checkChain(header, envelopes);
    const block = { header, metadata, opened: envelopes.map(openTransaction) };
    const channel = this.#channel; // a block's own configuration comes into force behind it
    const added = channel === undefined ? this.#begin(block) : this.#checkBlock(block, channel);
    const hash = blockHash(header);
    this.#last = hash;
    this.#counts.blocks += 1;
    const codes = metadata[TRANSACTIONS_FILTER] ?? new Uint8Array();
    const valid = block.opened.flatMap(({ transaction }, index) =>
      transaction !== undefined && (codes[index] ?? VALID) === VALID ? [{ index, content: transaction.content }] : [],
    );
    return {
      ...{ number: header.getNumber(), hash, time: this.#time, ...added },
      endorsersOf: (index) => endorsersIn(block.opened[index]?.transaction, channel),
      configures: valid.some(({ content }) => isConfig(content)),
      defining: valid.flatMap(({ index, content }) => (!isConfig(content) && isDefinition(content) ? [index] : [])),
    };
  }

  /** Number of good blocks. */
  get height(): number {
    return this.#counts.blocks;
  }

  get channelId(): string {
    return this.#channel?.id ?? '';
  }

  report({ packageId, fault }: Asked): Omit<Report, 'alarms' | 'log'> {
    const { blocks, transactions, valid, configurations, orderers, others, administrators } = this.#counts;
    const place = { block: blocks, ...(this.#transaction !== undefined && { transaction: this.#transaction }) };
    return {
      ...{ blocks, transactions, valid, configurations, ...this.#streams.counts },
      signatures: { orderers, creatorsAndEndorsers: others, administrators },
      channel: this.#channel?.id ?? '',
      first: this.#first,
      last: this.#last.toString('hex'),
      agreements: this.#agreements.list(packageId),
      ...(fault !== undefined && { fault: { ...place, what: fault.message, code: fault.code } }),
      notChecked: [...never, ...this.#notChecked()],
    };
  }

  #notChecked(): readonly string[] {
    const { beyond } = this.#counts;
    const folds = this.#streams.otherFolds;
    return [...(beyond > 0 ? [beyondIt(beyond)] : []), ...(folds > 0 ? [otherFolds(folds)] : [])];
  }

  #checkChain(header: common.BlockHeader, envelopes: readonly Uint8Array[]): void {
    const { blocks } = this.#counts;
    demand(header.getNumber() === blocks, `it is numbered ${header.getNumber()}, and ${blocks} is due`);
    const follows = Buffer.compare(header.getPreviousHash_asU8(), this.#last) === 0;
    demand(follows, 'it does not follow the block before it (previous hash)');
    const isOfData = dataHash(envelopes).equals(header.getDataHash_asU8());
    demand(isOfData, 'its transactions are not those of its header (data hash)');
  }

  #begin({ header, metadata, opened }: Block): Added {
    this.#first = blockHash(header).toString('hex');
    const isPinned = this.#pinned === undefined || this.#pinned === this.#first;
    demand(isPinned, `its hash is ${this.#first}, and ${this.#pinned ?? 'none'} is pinned`);
    checkMetadata(metadata, 0);
    const transaction = required(opened[0]?.transaction, 'the first configuration');
    demand(opened.length === 1 && isConfig(transaction.content), 'it is no configuration');
    demand(
      (metadata[TRANSACTIONS_FILTER] ?? Buffer.of(0)).every((code) => code === VALID),
      'it is marked invalid',
    );
    demand((metadata[COMMIT_HASH]?.length ?? 0) === 0, 'it has a commit hash, and block 0 has none');
    this.#configure(transaction, transaction.content);
    this.#count(opened, Buffer.of(VALID));
    return { events: [], falsehoods: [] };
  }

  #checkBlock(block: Block, channel: Channel): Added {
    const { header, metadata, opened } = block;
    const codes = metadata[TRANSACTIONS_FILTER] ?? new Uint8Array();
    demand(codes.length === opened.length, 'it does not have one validity flag for each transaction');
    const time = Math.max(
      this.#time,
      ...opened.map(({ transaction }, index) => (codes[index] === VALID ? (transaction?.time ?? 0) : 0)),
    );
    const lastConfig = this.#lastConfig;
    demand(this.#configOf(block) === undefined || opened.length === 1, 'a configuration that shares its block');
    this.#counts.orderers += checkOrderers({ header, metadata }, channel, {
      time,
      lastConfig: this.#configOf(block) ?? lastConfig,
    });
    this.#time = time;
    this.#checkTransactions(block, codes, channel);
    this.#transaction = undefined;
    const commit = new common.Metadata();
    commit.setValue(this.#state.commit(codes));
    const isOfState = Buffer.compare(commit.serializeBinary(), metadata[COMMIT_HASH] ?? new Uint8Array()) === 0;
    demand(isOfState, 'its commit hash is not that of its flags and writes');
    const added = this.#apply(opened, codes, channel);
    this.#count(opened, codes);
    return added;
  }

  /** A configuration names itself as the last one in its own block. */
  #configOf({ header, opened }: Block): number | undefined {
    return opened.some(({ transaction }) => transaction && isConfig(transaction.content))
      ? header.getNumber()
      : undefined;
  }

  #checkTransactions({ header, opened }: Block, codes: Uint8Array, channel: Channel): void {
    const sound = new Set<string>();
    const inBlock = new Set<string>();
    opened.forEach(({ transaction, unreadable }, index) => {
      this.#transaction = index;
      const faults: Fault[] = unreadable === undefined ? [] : [{ codes: 'any', what: unreadable }];
      if (transaction !== undefined) {
        const own = checkTransaction(transaction, channel, this.#definitions);
        this.#counts.others += own.signatures;
        faults.push(...own.faults, ...duplicateFaults(transaction.id, { before: this.#ids, inBlock, sound }));
        if (own.faults.length === 0) sound.add(transaction.id);
        inBlock.add(transaction.id);
        if (faults.every(({ isOptional }) => isOptional)) faults.push(...this.#stateFaults(transaction.content));
      }
      compareFlag(codes[index] ?? VALID, faults);
      if (codes[index] === VALID && transaction && !isConfig(transaction.content))
        this.#state.apply(transaction.content.effects, header.getNumber(), index);
    });
    for (const id of inBlock) this.#ids.add(id);
  }

  #stateFaults(content: Transaction['content']): readonly Fault[] {
    if (isConfig(content)) return [];
    const beyond = content.effects.filter(({ isBeyond }) => isBeyond);
    if (beyond.length > 0) this.#counts.beyond += 1;
    const isOptional = beyond.every(({ namespace }) => namespace !== registry);
    return [
      ...(beyond.length > 0 ? [{ codes: [PHANTOM_READ_CONFLICT], what: strange, isOptional }] : []),
      ...(this.#state.isFresh(content.effects)
        ? []
        : [{ codes: [MVCC_READ_CONFLICT], what: 'what it read had changed (MVCC)' }]),
    ];
  }

  /** What the block brings into force: events, definitions, a configuration. */
  #apply(opened: readonly Opened[], codes: Uint8Array, channel: Channel): Added {
    const events: TakenEvent[] = [];
    const falsehoods: Added['falsehoods'][number][] = [];
    opened.forEach(({ transaction }, index) => {
      if (transaction === undefined || codes[index] !== VALID) return;
      this.#transaction = index;
      const { content, creator, time } = transaction;
      if (isConfig(content)) {
        this.#configure(transaction, content);
        return;
      }
      const { agency } = channel.identify(creator);
      const followed = this.#streams.take(content, { agency, time, transaction: index });
      events.push(...followed.events);
      falsehoods.push(...followed.falsehoods.map((what) => ({ transaction: index, what })));
      this.#definitions.take(content);
      this.#agreements.take(content.effects, this.#counts.blocks);
    });
    this.#transaction = undefined;
    return { events, falsehoods };
  }

  #configure({ channel: id, time }: Transaction, content: common.ConfigEnvelope): void {
    const channel = readMessage(() => channelOf(id, content), new Uint8Array(), 'the configuration');
    const before = this.#channel;
    if (before !== undefined) {
      const isNext = channel.sequence === before.sequence + 1;
      demand(isNext, `configuration ${channel.sequence} follows configuration ${before.sequence}`);
      const update = required(content.getLastUpdate(), 'the change that led to the configuration');
      this.#counts.administrators += checkConfigUpdate(before, { config: channel.root, update });
    }
    this.#channel = channel;
    this.#lastConfig = this.#counts.blocks;
    this.#time = Math.max(this.#time, time);
    this.#counts.configurations += 1;
  }

  #count(opened: readonly Opened[], codes: Uint8Array): void {
    this.#counts.transactions += opened.length;
    this.#counts.valid += codes.filter((code) => code === VALID).length;
  }
}

function endorsersIn(transaction: Transaction | undefined, channel: Channel | undefined): readonly string[] {
  if (transaction === undefined || channel === undefined || isConfig(transaction.content)) return [];
  return agenciesBehind(transaction.content, channel, transaction.time);
}
