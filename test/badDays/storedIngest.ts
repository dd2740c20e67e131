// A process that follows a ledger into a KurrentDB and a database, and ends itself as by kill -9 at the step that it is told.
import { setTimeout as pause } from 'node:timers/promises';
import type { DeliveredBlock, Ledger } from '#ledger/ledger.ts';
import { startIngest, type Ingest } from '#projections/ingest/ingest.ts';
import { openFileKeystore } from '#projections/keys/fileKeystore.ts';
import type { Keystore } from '#projections/keys/keystore.ts';
import { openNodeStore, type NodeStore } from '#projections/kurrentdb/nodeStore.ts';
import { openAccessLog } from '#projections/logs/accessRecords.ts';
import { openDatabase } from '#projections/postgres/database.ts';
import { openSmallLedger } from './smallLedger.ts';

const [ledgerFolder = '', keyFolder = '', databaseUrl = '', url = '', step = '', accessId = ''] = process.argv.slice(2);

/** Ends the process there and then when it has come to this step. */
function at(here: string): void {
  if (here === step) process.kill(process.pid, 'SIGKILL');
}

function stumblingStore(store: NodeStore): NodeStore {
  return {
    ...store,
    record: async (facts) => {
      if (facts.length === 0) return store.record(facts);
      at('before the store');
      await store.record(facts.slice(0, Math.ceil(facts.length / 2)));
      at('within the store');
      await store.record(facts);
      at('between the store and the database');
    },
    appendEach: async (events) => {
      at('between the key and the record');
      await store.appendEach(events);
      at('before the record is acknowledged');
    },
  };
}

function stumblingKeystore(keystore: Keystore): Keystore {
  return {
    ...keystore,
    wrap: (contentKey, place) => {
      if (!place.startsWith('access ')) at('within the transaction');
      return keystore.wrap(contentKey, place);
    },
  };
}

/** One block at a time, so that every page is one. */
function slowLedger(ledger: Ledger, reached: () => Ingest | undefined): Ledger {
  const blocks = async function* (from: number, signal: AbortSignal): AsyncGenerator<DeliveredBlock> {
    for await (const block of ledger.blocks(from, signal)) {
      yield block;
      while ((reached()?.height() ?? 0) <= block.number && !signal.aborted) await pause(2);
      at('after the transaction');
    }
  };
  return { ...ledger, blocks };
}

const ledger = await openSmallLedger(ledgerFolder);
const keystore = stumblingKeystore(await openFileKeystore(keyFolder, 'civil-registry'));
const database = await openDatabase({ databaseUrl });
const store = stumblingStore(openNodeStore({ url, database, keystore }));
await store.settle(ledger);
if (accessId !== '') {
  const access = { accessId, party: 'clinic', purpose: null, kind: 'identity' as const, requested: ['givenName'] };
  const rest = { released: [], withheld: [], decision: 'REFUSED', at: '2026-01-01T00:00:00.000Z' };
  await openAccessLog(database, keystore, store).record('somebody', { ...access, ...rest });
  at('after the record is acknowledged');
}
const started: { ingest?: Ingest } = {};
const ingest = startIngest({ database, ledger: slowLedger(ledger, () => started.ingest), keystore, store });
started.ingest = ingest;
const { height } = await ledger.status();
while (ingest.height() < height) await pause(5);
await store.reached();
await ingest.stop();
await store.stop();
await database.close();
await ledger.close();
