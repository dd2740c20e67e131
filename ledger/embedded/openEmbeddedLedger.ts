import { mkdir } from 'node:fs/promises';
import type { LedgerEvent } from '#domain/envelope.ts';
import { createCommitter, defaultCommitterOptions } from '../committer.ts';
import { foreignClassRefusal, laneByHolders } from '../foreignClass.ts';
import type { Ledger, StreamHead } from '../ledger.ts';
import { blockStream } from './blockStream.ts';
import { Chain } from './chain.ts';
import { Channel } from './channel.ts';
import { lockDirectory } from './directoryLock.ts';
import { endorsersOf, type EndorserOptions } from './endorsers.ts';
import { genesisBlock } from './genesis.ts';
import { holdersOf, identitiesOf, signerOf } from './identities.ts';
import { getMspKeys, openMspKeys, type MspKeys } from './mspKeys.ts';
import { makeNode, type Node, type Surroundings } from './node.ts';

/** Where an embedded ledger lies, and whose it is. */
export type EmbeddedOptions = EndorserOptions & {
  /** Everything this ledger keeps lies here. */
  readonly directory: string;
  /** Agency whose node this is. */
  readonly agency: string;
  /** All agencies of the channel; those that endorse and how many of them must agree stand in `endorsement`. */
  readonly agencies: readonly string[];
};

/** The whole network in one process: one machine, no fault tolerance, not for production. */
export type EmbeddedLedger = Ledger & {
  /** The same ledger as another agency's node sees it. It closes with this one. */
  readonly as: (agency: string) => Ledger & { readonly node: Node };
  /** Below the committer, for tests: transactions one by one. */
  readonly node: Node;
};

/** Opens the ledger in this directory, or makes one with keys of its own. */
export async function openEmbeddedLedger(options: EmbeddedOptions): Promise<EmbeddedLedger> {
  const { directory, channel: name, agencies, endorsement } = options;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const lock = await lockDirectory(directory);
  try {
    const mspKeys = await openMspKeys(directory, agencies);
    const orderer = signerOf(mspKeys.orderer.agency, mspKeys.orderer);
    const genesis = () => genesisBlock(name, mspKeys, endorsement, new Date());
    const channel = new Channel(await Chain.open(directory, orderer, genesis));
    const identities = identitiesOf(holdersOf(mspKeys));
    const endorsers = endorsersOf(options, mspKeys);
    const surroundings = { channel, name, identities, endorsers, endorsement, classes: options.classes };
    const views = new Map<string, View>();
    const as = (agency: string): View => {
      const view = views.get(agency) ?? viewOf(surroundings, mspKeys, agency);
      views.set(agency, view);
      return view;
    };
    const closeAll = async (): Promise<void> => {
      await Promise.all([...views.values()].map((view) => view.close()));
      await channel.close();
      await Promise.all(endorsers.map((endorser) => endorser.close()));
      await lock.release();
    };
    let closing: Promise<void> | undefined;
    return { ...as(options.agency), as, close: () => (closing ??= closeAll()) };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

type View = Ledger & { readonly node: Node };

function viewOf(surroundings: Surroundings, mspKeys: MspKeys, agency: string): View {
  const { channel, name, classes } = surroundings;
  const node = makeNode(surroundings, signerOf(agency, getMspKeys(mspKeys, agency).node));
  const committer = createCommitter(node, { ...defaultCommitterOptions, laneOf: laneByHolders(classes) });
  const holds = (collection: string): boolean => classes[collection]?.members.includes(agency) === true;
  return {
    node,
    submit: async (submission) => foreignClassRefusal({ agency, classes }, submission) ?? committer.submit(submission),
    head: async (stream) => {
      const json = await node.evaluate('head', stream);
      return json === '' ? undefined : (JSON.parse(json) as StreamHead); // the contract's own answer
    },
    history: (stream, from = 1) => historyOf(node, stream, from),
    blocks: (from, signal) => blockStream(channel, from, signal, (_block, collection) => holds(collection)),
    privateEntry: (collection, key) =>
      Promise.resolve(holds(collection) ? channel.chain.state.privateValue(collection, key) : undefined),
    status: () => Promise.resolve({ kind: 'embedded', height: channel.chain.height, channel: name, agency }),
    tip: () => Promise.resolve(channel.chain.height),
    close: () => committer.close(),
  };
}

/** The contract answers page by page. */
async function historyOf(node: Node, stream: string, from: number): Promise<readonly LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  for (let next = from; ; next = events.length + from) {
    const page = JSON.parse(await node.evaluate('history', stream, String(next))) as LedgerEvent[]; // the contract's own answer
    if (page.length === 0) return events;
    events.push(...page);
  }
}
