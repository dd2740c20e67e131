import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { loadCountry } from '#country/loadCountry.ts';
import type { Report } from '#ledger/verify/report.ts';
import { verifyBlocks } from '#ledger/verify/verifyBlocks.ts';
import { blocksOfFile } from './blockFiles.ts';
import { withNodeOptions } from './nodeOptions.ts';
import { openLedger } from './openLedger.ts';
import { agencyOf, settingsOf, type NodeOptions } from './settings.ts';

type VerifyOptions = NodeOptions & { readonly from?: string; readonly pin?: string };

/** `plinth audit`: what an auditor checks without trusting any node. */
export function auditCommand(): Command {
  return new Command('audit').description('check the ledger without trusting any node').addCommand(verifyCommand());
}

function verifyCommand(): Command {
  return withNodeOptions(
    new Command('verify')
      .description('check every block from the first configuration on; exits 1 at the first that cannot be honest')
      .option('--from <path>', "blocks.log of an embedded ledger, or a peer's blockfile or the folder of those")
      .option('--pin <hash>', 'hash of block 0 that you got from somebody you trust', parsePin)
      .action(run),
  ).addHelpText(
    'after',
    `
Checked: header chain, data hashes, a quorum of orderers' signatures by the configuration in force, creators' and
endorsers' signatures and certificates, endorsement policies, ids, duplicates, read conflicts, and from these the
validity flags and commit hashes, which nobody signs; then every stream's chain of events. A file is read as it is,
without keys or database. Without --from it is that of PLINTH_DATA; with --ledger fabric the agency's peer is asked.
Without --pin, block 0 is trusted as it comes: compare the hash that is printed with another agency, then pin it.`,
  );
}

function parsePin(text: string): string {
  if (!/^[0-9a-f]{64}$/i.test(text))
    throw new InvalidArgumentError('A pin is the hash of block 0, 64 hexadecimal digits.');
  return text.toLowerCase();
}

async function run({ from, pin, ...options }: VerifyOptions): Promise<void> {
  const started = performance.now();
  const settings = settingsOf(options);
  const isFile = from !== undefined || options.ledger === 'embedded';
  const path = from ?? join(settings.dataFolder, 'ledger', 'blocks.log');
  const blocks = isFile ? blocksOfFile(path) : blocksOfNetwork(options);
  const report = await verifyBlocks(blocks, { pinnedConfig: pin });
  print(report, { pin, seconds: (performance.now() - started) / 1000 });
  if (report.fault !== undefined || report.blocks === 0) process.exitCode = 1;
}

/** What the agency's peer has now; it goes on, so the end is the height at the beginning. */
async function* blocksOfNetwork(options: NodeOptions): AsyncGenerator<Uint8Array> {
  const settings = settingsOf(options);
  const country = await loadCountry(settings.country);
  const opened = await openLedger(settings, country, agencyOf(settings, country));
  const stop = new AbortController();
  try {
    const { height } = await opened.ledger.status();
    for await (const { number, bytes } of opened.ledger.blocks(0, stop.signal)) {
      yield bytes;
      if (number + 1 >= height) break;
    }
  } finally {
    stop.abort();
    await opened.close();
  }
}

type Run = { readonly pin: string | undefined; readonly seconds: number };

function print(report: Report, { pin, seconds }: Run): void {
  const { blocks, transactions, valid, signatures, configurations, events, streams, notChecked } = report;
  const rows = [
    ['channel', report.channel],
    ['blocks', `${blocks}, and ${configurations} configurations among them`],
    ['transactions', `${transactions}, ${valid} of them valid`],
    ['signatures', `${signatures.orderers} of orderers, ${signatures.creatorsAndEndorsers} of creators and endorsers`],
    ['events', `${events} in ${streams} streams, each a whole chain`],
    ['block 0', `${report.first}${pin === undefined ? '  TRUSTED AS IT CAME: pin it with --pin' : '  as pinned'}`],
    ['last block', report.last],
    ['time', `${seconds.toFixed(1)} s (${Math.round(transactions / seconds)} transactions/s)`],
    ...notChecked.map((what) => ['not checked', what]),
  ];
  for (const [name = '', text = ''] of rows) console.log(`${name.padEnd(14)}${text}`);
  console.log(verdictOf(report));
}

function verdictOf({ blocks, fault }: Report): string {
  if (fault === undefined) return blocks === 0 ? 'NOTHING TO CHECK: there are no blocks' : 'good';
  const { block, transaction, what } = fault;
  return `BAD: block ${block}${transaction === undefined ? '' : `, transaction ${transaction}`}: ${what}`;
}
