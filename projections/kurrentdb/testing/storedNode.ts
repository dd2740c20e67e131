import type { StoredEvent } from '../../eventStore.ts';
import { takePage, type DecodedBlock } from '../../ingest/takePage.ts';
import { openAccessLog, type AccessLog } from '../../logs/accessRecords.ts';
import { readPosition } from '../../models/positions.ts';
import { postgresEventStore } from '../../postgres/eventStore.ts';
import type { NewFact } from '../../testing/registryFacts.ts';
import { openTestNode, type TestNode } from '../../testing/testNode.ts';
import { openNodeStore, type NodeStore } from '../nodeStore.ts';
import { startStandIn, type StandIn } from './standIn.ts';

/** A node without a ledger whose events lie in a stand-in for KurrentDB. */
export type StoredNode = Pick<TestNode, 'database' | 'keystore'> & {
  readonly server: StandIn;
  readonly store: () => NodeStore;
  readonly accesses: () => AccessLog;
  /** Records these facts in one block: in the store, then in the read models. */
  readonly take: (...facts: readonly NewFact[]) => Promise<void>;
  /** Stops what follows the store and begins anew; `before` happens in between. Settles against a ledger of so many blocks. */
  readonly restart: (given?: { readonly height?: number; readonly before?: () => unknown }) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** `patience`: milliseconds, short where a test lets the store keep still. */
export async function openStoredNode({ patience = 1000 } = {}): Promise<StoredNode> {
  const [node, server] = await Promise.all([openTestNode(), startStandIn()]);
  const { database, keystore } = node;
  const open = () => openNodeStore({ url: server.url, database, keystore, patience });
  const settle = (height = 1_000_000) => store.settle(ledgerOf(height));
  let store = open();
  await settle();
  const pending: DecodedBlock[] = []; // what could not be taken comes again, as from a ledger
  return {
    ...{ database, keystore, server },
    store: () => store,
    accesses: () => openAccessLog(database, keystore, store),
    take: async (...facts) => {
      pending.push(node.registry.block(...facts));
      await takePage({ database, keystore, store }, pending, await readPosition(database.kysely, 'model'));
      pending.length = 0;
    },
    restart: async ({ height, before } = {}) => {
      await store.stop();
      await before?.();
      store = open();
      await settle(height);
    },
    close: async () => {
      await store.stop();
      await server.stop();
      await node.close();
    },
  };
}

function ledgerOf(height: number) {
  const status = { kind: 'embedded', height, channel: 'plinth', agency: 'civil-registry' } as const;
  return { status: () => Promise.resolve(status), tip: () => Promise.resolve(height) };
}

/** Everything that the database says of events, in its order. */
export async function copyOf({ database }: Pick<StoredNode, 'database'>): Promise<readonly StoredEvent[]> {
  return postgresEventStore(database.kysely).readAll(undefined, 100_000);
}
