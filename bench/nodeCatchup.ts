import { join } from 'node:path';
import { decodeBlock } from '#ledger/blocks/decodeBlock.ts';
import { ledgerEventsOf } from '#ledger/blocks/ledgerEvents.ts';
import type { EmbeddedLedger } from '#ledger/embedded/openEmbeddedLedger.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { openFileKeystore } from '#projections/keys/fileKeystore.ts';
import { startIngest } from '#projections/ingest/ingest.ts';
import { openDatabase } from '#projections/postgres/database.ts';
import { embeddedRegistry } from './embeddedRegistry.ts';
import { timeOf } from './load.ts';
import type { Measurement, Report, Result } from './measurement.ts';
import type { Registration } from './registrations.ts';
import { median, rounded } from './statistics.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const registrations = 3000;
const inABlock = 50;
const rounds = 3;
const agency = 'civil-registry';

/**
 * How fast an empty node follows a ledger: transactions of one registration each, read, sealed entries unwrapped, stored and
 * folded into all read models and the registry log. Rival: the same blocks read and decoded, and nothing kept.
 */
export const nodeCatchup: Measurement = {
  part: 'catchup',
  names: ['node.catchup'],
  run: async function* (report) {
    await using folder = await temporaryFolder();
    const { ledger, next } = await embeddedRegistry(folder.path);
    try {
      await fill(ledger, next, report);
      yield await measure(folder.path, ledger, report);
    } finally {
      await ledger.close();
    }
  },
};

async function fill(ledger: EmbeddedLedger, next: () => Registration, report: Report): Promise<void> {
  for (let made = 0; made < registrations; made += inABlock) {
    const endorsed = await Promise.all(
      Array.from({ length: inABlock }, () => ledger.node.endorse([next().submission])),
    );
    await Promise.all(endorsed.map((each) => each.commit()));
    if ((made + inABlock) % 1000 === 0) report(`${made + inABlock} transactions on the ledger`);
  }
}

async function measure(folder: string, ledger: EmbeddedLedger, report: Report): Promise<Result> {
  const { height } = await ledger.status();
  const ours: number[] = [];
  const rival: number[] = [];
  let transactions = 0;
  for (let round = 0; round < rounds; round += 1) {
    rival.push(
      await timeOf(async () => {
        transactions = await read(ledger, height);
      }),
    );
    const taken = await catchUp(join(folder, `node-${round}`), join(folder, 'keys', agency), ledger);
    ours.push(taken);
    report(`round ${round + 1}: ${transactions} transactions in ${rounded(taken)} ms`);
  }
  const [value, baseline] = [(transactions * 1000) / median(ours), (transactions * 1000) / median(rival)];
  return {
    name: 'node.catchup',
    value: rounded(value),
    unit: 'tx/s',
    baseline: rounded(baseline),
    ratio: rounded(value / baseline),
    note: `${transactions} transactions of one registration in ${height} blocks; rival: read and decoded only`,
  };
}

async function catchUp(folder: string, keys: string, ledger: Ledger): Promise<number> {
  const database = await openDatabase({ directory: folder });
  const keystore = await openFileKeystore(keys, agency);
  try {
    const last = (await ledger.status()).height - 1;
    return await timeOf(async () => {
      const ingest = startIngest({ database, ledger, keystore, onStatus: () => undefined });
      await ingest.reached(last);
      await ingest.stop();
    });
  } finally {
    await database.close();
  }
}

async function read(ledger: Ledger, height: number): Promise<number> {
  const stop = new AbortController();
  let transactions = 0;
  for await (const block of ledger.blocks(0, stop.signal)) {
    const decoded = decodeBlock(block);
    ledgerEventsOf(decoded);
    transactions += decoded.transactions.length;
    if (block.number + 1 === height) break;
  }
  stop.abort();
  return transactions;
}
