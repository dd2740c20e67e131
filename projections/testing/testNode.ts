import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newTransportKey } from '#domain/seal/transportKey.ts';
import type { BlockEvent } from '#ledger/blocks/ledgerEvents.ts';
import { openFileKeystore } from '../keys/fileKeystore.ts';
import type { Keystore } from '../keys/keystore.ts';
import { openDatabase, type Database } from '../postgres/database.ts';
import { takePage, type DecodedBlock } from '../ingest/takePage.ts';
import { RegistryFacts, type NewFact } from './registryFacts.ts';

/** A node without a ledger: database, keystore, and facts as a ledger would deliver them. */
export type TestNode = {
  readonly database: Database;
  readonly keystore: Keystore;
  readonly registry: RegistryFacts;
  /** Records these facts in one block and folds it into the read models. */
  readonly take: (...facts: readonly NewFact[]) => Promise<void>;
  /** The same for one fact that was changed on its way. */
  readonly takeChanged: (fact: NewFact, change: (fact: BlockEvent) => BlockEvent) => Promise<void>;
  readonly close: () => Promise<void>;
};

export async function openTestNode(): Promise<TestNode> {
  const folder = await mkdtemp(join(tmpdir(), 'plinth-node-'));
  const [database, transport] = [await openTestDatabase(), newTransportKey()];
  await writeFile(join(folder, 'transport.json'), JSON.stringify({ epoch: 1, ...transport }), { mode: 0o600 });
  const keystore = await openFileKeystore(folder, 'civil-registry');
  const registry = new RegistryFacts([{ agency: 'civil-registry', key: transport.publicKey }]);
  let position = -1;
  const takeBlock = async (block: DecodedBlock) => {
    position = await takePage({ database, keystore }, [block], position);
  };
  return {
    database,
    keystore,
    registry,
    take: (...facts) => takeBlock(registry.block(...facts)),
    takeChanged: (fact, change) => {
      const block = registry.block(fact);
      return takeBlock({ ...block, facts: block.facts.map(change) });
    },
    close: async () => {
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A database of a test file's own, gone when it is closed. */
export async function openTestDatabase(): Promise<Database> {
  const directory = await mkdtemp(join(tmpdir(), 'plinth-db-'));
  const database = await openDatabase({ directory, durable: false });
  return {
    ...database,
    close: async () => {
      await database.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
