import { join } from 'node:path';
import { mkdir, writeFile } from 'node:fs/promises';
import { blocksOfFile } from '#cli/audit/blockFiles.ts';
import { verifyBlocks } from '#ledger/verify/verifyBlocks.ts';
import { fabricTools } from '#network/fabricTools.ts';
import { runTool } from '#network/runTool.ts';
import { embeddedRegistry, ledgerFolder } from './embeddedRegistry.ts';
import { timeOf } from './load.ts';
import type { Measurement, Report, Result } from './measurement.ts';
import { blockFileOf } from './peerStore.ts';
import { median, rounded } from './statistics.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const people = 2000;
const callers = 40;
const rounds = 5;

/**
 * Transactions per second of an audit on one core, every signature included; rival: Fabric's own `ledgerutil verify`, which
 * follows the hashes and checks no signature, on one core as well.
 */
export const auditVerify: Measurement = {
  part: 'audit',
  names: ['audit.verify'],
  run: async function* (report) {
    await using folder = await temporaryFolder();
    const tools = await fabricTools(report);
    await fill(folder.path, report);
    yield await measure(folder.path, join(tools, 'ledgerutil'), report);
  },
};

/** One person a transaction: the smallest whole one there is, with a creator's and two endorsers' signatures. */
async function fill(folder: string, report: Report): Promise<void> {
  const { ledger, next } = await embeddedRegistry(folder);
  try {
    let begun = 0;
    const caller = async (): Promise<void> => {
      while (begun < people) {
        begun += 1;
        await (await ledger.node.endorse([next().submission])).commit();
      }
    };
    await Promise.all(Array.from({ length: callers }, caller));
    report(`${people} people registered, each in a transaction of its own`);
  } finally {
    await ledger.close();
  }
}

async function measure(folder: string, ledgerutil: string, report: Report): Promise<Result> {
  const log = join(ledgerFolder(folder), 'blocks.log');
  const store = await storeOf(log, folder);
  const [ours, rival]: [number[], number[]] = [[], []];
  let transactions = 0;
  let signatures = 0;
  for (let round = 0; round <= rounds; round += 1) {
    const spent = await timeOf(async () => {
      const checked = await verifyBlocks(blocksOfFile(log));
      if (checked.fault !== undefined) throw new Error(`an honest ledger was refused: ${checked.fault.what}`);
      transactions = checked.transactions;
      signatures = checked.signatures.orderers + checked.signatures.creatorsAndEndorsers;
    });
    const hashed = await timeOf(() => verifyHashes(ledgerutil, store, join(folder, `result-${round}`)));
    report(`${round === 0 ? 'warm-up' : `round ${round}`}: ${rounded(spent)} ms, ledgerutil ${rounded(hashed)} ms`);
    if (round === 0) continue; // ledgerutil makes its index then
    ours.push((transactions * 1000) / spent);
    rival.push((transactions * 1000) / hashed);
  }
  const [value, baseline] = [median(ours), median(rival)];
  return {
    name: 'audit.verify',
    value: rounded(value),
    unit: 'tx/s',
    baseline: rounded(baseline),
    ratio: rounded(value / baseline),
    note: `${transactions} transactions with ${signatures} signatures on one core; ledgerutil verify checks hashes only`,
  };
}

/** The same blocks as a peer keeps them. */
async function storeOf(log: string, folder: string): Promise<string> {
  const root = join(folder, 'peer');
  const chain = join(root, 'ledgersData', 'chains', 'chains', 'plinth');
  await mkdir(chain, { recursive: true });
  const blocks: Uint8Array[] = [];
  for await (const block of blocksOfFile(log)) blocks.push(block);
  await writeFile(join(chain, 'blockfile_000000'), blockFileOf(blocks));
  return root;
}

async function verifyHashes(ledgerutil: string, store: string, result: string): Promise<void> {
  await mkdir(result);
  await runTool(ledgerutil, ['verify', store, '-o', result], { env: { GOMAXPROCS: '1' } });
}
