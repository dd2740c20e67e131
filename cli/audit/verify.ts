import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import type { Report } from '#ledger/verify/report.ts';
import { verifyBlocks } from '#ledger/verify/verifyBlocks.ts';
import { pinnedKeysOf } from './pinnedKeys.ts';
import { openSources, withSource, type SourceOptions } from './source.ts';

type VerifyOptions = SourceOptions & {
  readonly pin?: string;
  readonly package?: string;
  readonly writeKeys?: string;
};

/** `plinth audit verify`: every block from the first configuration on. */
export function verifyCommand(): Command {
  const command = new Command('verify')
    .description('check every block from the first configuration on; exits 1 at the first that cannot be honest')
    .option('--pin <hash>', 'hash of block 0 that you got from somebody you trust', parsePin)
    .option('--package <id>', 'which agencies run exactly this chaincode package (label:hash)')
    .option('--write-keys <file>', "write the agencies' log keys, for `audit check` of proof files")
    .action(run);
  return withSource(command).addHelpText(
    'after',
    `
Checked: header chain, data hashes, a quorum of orderers' signatures by the configuration in force, changes of configuration
with their administrators' signatures, creators' and endorsers' signatures, certificates and revocations, endorsement policies,
ids, duplicates, read conflicts, and from these the validity flags and commit hashes, which nobody signs; every stream's chain
of events and the state that is kept of it; every fact's command, its officer's signature, office and role, and the agreement of a second agency where one is
needed; the registry log with everything that agencies anchored of it.
Without --pin, block 0 is trusted as it comes: compare the hash that is printed with another agency, then pin it.

Examples:
  npx plinth audit verify --ledger fabric --pin "$PIN" --write-keys keys.txt
  npx plinth audit verify --from .network/agencies/civil-registry/peer/data/ledgersData/chains/chains/plinth`,
  );
}

/** Reads the hash of block 0. */
export function parsePin(text: string): string {
  if (!/^[0-9a-f]{64}$/i.test(text))
    throw new InvalidArgumentError('A pin is the hash of block 0, 64 hexadecimal digits.');
  return text.toLowerCase();
}

async function run({ pin, package: packageId, writeKeys, ...options }: VerifyOptions): Promise<void> {
  const started = performance.now();
  const sources = openSources(options);
  try {
    const report = await verifyBlocks(sources[0].blocks(), { pinnedConfig: pin, packageId });
    print(report, { pin, seconds: (performance.now() - started) / 1000 });
    if (report.fault !== undefined || report.blocks === 0 || report.alarms.length > 0) process.exitCode = 1;
    else if (writeKeys !== undefined) await writeFile(writeKeys, pinnedKeysOf(report));
  } finally {
    for (const source of sources) source.close();
  }
}

type Run = { readonly pin: string | undefined; readonly seconds: number };

function print(report: Report, { pin, seconds }: Run): void {
  const { blocks, transactions, valid, signatures, configurations, events, streams, notChecked } = report;
  const { orderers, creatorsAndEndorsers, administrators } = signatures;
  const rows = [
    ['channel', report.channel],
    ['blocks', `${blocks}, and ${configurations} configurations among them`],
    ['transactions', `${transactions}, ${valid} of them valid`],
    [
      'signatures',
      `${orderers} of orderers, ${creatorsAndEndorsers} of creators and endorsers, ${administrators} of administrators`,
    ],
    ['events', `${events} in ${streams} streams, each a whole chain`],
    ...logRows(report),
    ...agreementRows(report),
    ['block 0', `${report.first}${pin === undefined ? '  TRUSTED AS IT CAME: pin it with --pin' : '  as pinned'}`],
    ['last block', report.last],
    ['time', `${seconds.toFixed(1)} s (${Math.round(transactions / seconds)} transactions/s)`],
    ...notChecked.map((what) => ['not checked', what]),
    ...report.alarms.map(({ code, block, what }) => ['ALARM', `${code} in block ${block}: ${what}`]),
  ];
  for (const [name = '', text = ''] of rows) console.log(`${name.padEnd(14)}${text}`);
  console.log(verdictOf(report));
}

function logRows({ log }: Report): readonly (readonly string[])[] {
  if (log === undefined) return [];
  const { cosigned } = log;
  const far =
    cosigned === undefined
      ? 'nothing yet by two agencies'
      : `${cosigned.size} leaves, by ${cosigned.agencies.join(', ')}`;
  return [
    ['registry log', `${log.size} leaves, root ${log.root}`],
    ['', log.origin],
    ['cosigned', far],
  ];
}

function agreementRows({ agreements }: Report): readonly (readonly string[])[] {
  return agreements.map(({ chaincode, sequence, version, block, approvedBy, runningPackage }) => {
    const running = runningPackage === undefined ? '' : `; package at ${runningPackage.join(', ') || 'none of them'}`;
    const by = `approved by ${approvedBy.join(', ') || 'nobody'}`;
    return ['code', `${chaincode} ${sequence} (version ${version}) since block ${block}, ${by}${running}`];
  });
}

function verdictOf({ blocks, fault, alarms }: Report): string {
  if (fault !== undefined) {
    const { block, transaction, what, code } = fault;
    return `BAD: ${code} in block ${block}${transaction === undefined ? '' : `, transaction ${transaction}`}: ${what}`;
  }
  if (blocks === 0) return 'NOTHING TO CHECK: there are no blocks';
  return alarms.length === 0 ? 'good' : 'good, with ALARMS';
}
