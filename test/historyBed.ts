import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlocksPruned, type Ledger } from '#ledger/ledger.ts';
import { sha256 } from '#domain/seal/digest.ts';
import { newTransportKey } from '#domain/seal/transportKey.ts';
import { AnchoredLedger } from './anchoredLedger.ts';
import type { AgencyName } from './registry.ts';
import { openFileKeystore } from '#projections/keys/fileKeystore.ts';
import {
  type HistoryPage,
  parseHistoryPage,
  readHistoryPage,
  writeHistoryPage,
} from '#projections/history/historyPage.ts';
import type { HistorySource } from '#projections/history/historySource.ts';
import { startIngest } from '#projections/ingest/ingest.ts';
import { consistencyAt } from '#projections/logs/keptTree.ts';
import type { Keystore } from '#projections/keys/keystore.ts';
import { ensureLogOrigin } from '#projections/logs/logOrigin.ts';
import type { Database } from '#projections/postgres/database.ts';
import { findCheckpoint, keptRegistryLog, noteOf } from '#projections/logs/signedCheckpoint.ts';
import { openTestDatabase } from '#projections/testing/testNode.ts';

/** A ledger, a node that has read all of it, and what it takes to join without history. */
export type HistoryBed = {
  readonly ledger: AnchoredLedger;
  readonly database: Database;
  /** The newcomer's. */
  readonly keystore: Keystore;
  /** Has the node read what the ledger has now. */
  readonly read: (database: Database, through: Ledger) => Promise<void>;
  /** The history as the node of this agency tells it. */
  readonly source: (agency: AgencyName) => HistorySource;
  readonly close: () => Promise<void>;
};

export async function openHistoryBed(): Promise<HistoryBed> {
  const folder = await mkdtemp(join(tmpdir(), 'plinth-history-'));
  await writeFile(join(folder, 'transport.json'), JSON.stringify({ epoch: 1, ...newTransportKey() }), { mode: 0o600 });
  const ledger = await AnchoredLedger.open();
  const database = await openTestDatabase();
  const keystore = await openFileKeystore(folder, 'social-protection');
  const read = async (into: Database, through: Ledger): Promise<void> => {
    const ingest = startIngest({ database: into, ledger: through, keystore, onStatus: () => undefined });
    await ingest.reached((await through.status()).height - 1).finally(() => ingest.stop());
  };
  const source = (agency: AgencyName): HistorySource => {
    const log = { agency, key: ledger.keyOf(agency), origin: () => ensureLogOrigin(database, ledger.ledger) };
    const page = async (range: Parameters<HistorySource['page']>[0]) =>
      writeHistoryPage(await readHistoryPage(database, range));
    return {
      agency,
      page,
      digest: async (range) => sha256(await page(range)),
      proof: async (oldSize) => {
        const checkpoint = await findCheckpoint({ database, log }, keptRegistryLog, 0);
        if (checkpoint === undefined) throw new Error('an empty log');
        const { size } = checkpoint;
        const sizes = { oldSize, size };
        const consistency = size < oldSize ? [] : await consistencyAt(database.kysely, keptRegistryLog.tree, sizes);
        return { checkpoint: noteOf(checkpoint), consistency };
      },
    };
  };
  const close = async (): Promise<void> => {
    await database.close();
    await ledger.close();
    await rm(folder, { recursive: true });
  };
  return { ledger, database, keystore, read, source, close };
}

/** The ledger as a peer shows it that began with a snapshot before this block; it was never given private values. */
export function joinedAt(ledger: Ledger, first: number): Ledger {
  return {
    ...ledger,
    privateEntry: () => Promise.resolve(undefined),
    blocks: async function* (from, signal) {
      if (from < first) throw new BlocksPruned(first);
      for await (const block of ledger.blocks(from, signal)) yield { ...block, privateSets: new Map() };
    },
  };
}

/** A source that tells other pages than it has read, and says so of their digests too. */
export function lying(source: HistorySource, change: (page: HistoryPage) => HistoryPage): HistorySource {
  const page: HistorySource['page'] = async (range) => {
    const told = parseHistoryPage(await source.page(range));
    if (told === undefined) throw new Error('no page to change');
    return writeHistoryPage(change(told));
  };
  return { ...source, page, digest: async (range) => sha256(await page(range)) };
}
