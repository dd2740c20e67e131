import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { LogFault } from '#ledger/log/logFault.ts';
import { checkProof } from '#ledger/log/proofFile.ts';
import { leafHash } from '#ledger/log/treeHash.ts';
import { checkEvidence } from '#ledger/verify/checkEvidence.ts';
import { Discrepancy } from '#ledger/verify/discrepancy.ts';
import { enoughAgencies } from './auditAll.ts';
import { parsePinnedKeys } from './pinnedKeys.ts';
import { parsePin } from './verify.ts';

type CheckOptions = {
  readonly pin?: string;
  readonly keys?: string;
  readonly event?: string;
  readonly agencies: number;
};

/** `plinth audit check`: a proof or evidence, without any ledger. */
export function checkCommand(): Command {
  return new Command('check')
    .argument('<file>', 'a .tlog-proof or an .evidence.json')
    .description('check a proof or exported evidence, offline; exits 1 when it does not hold')
    .option('--pin <hash>', 'for evidence: the hash of block 0 that you trust', parsePin)
    .option('--keys <file>', "for a proof: the agencies' log keys that you trust (audit verify --write-keys)")
    .option('--event <file>', 'for a proof: the event (default: <name>.event.json beside it)')
    .option('--agencies <count>', 'how many agencies must have cosigned', parseAgencies, enoughAgencies)
    .action(run)
    .addHelpText(
      'after',
      `
A proof says: this event, byte for byte, stands in the log that these agencies cosigned.
Evidence says besides: these agencies endorsed it, a quorum of orderers put it into these blocks, each event of the stream
follows the one before it, and the first configuration, which you pinned, leads to all of their keys.
Neither says that nothing came later, nor knows of a key that was rotated or removed since it was made: for that, ask the ledger.

Examples:
  npx plinth audit check identity-7f3c.1.tlog-proof --keys keys.txt
  npx plinth audit check civil-registry.evidence.json --pin "$PIN"`,
    );
}

// What no agency has cosigned proves nothing.
function parseAgencies(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('A number of agencies, 1 or more.');
  return Number(text);
}

async function run(file: string, options: CheckOptions): Promise<void> {
  const text = await readFile(file, 'utf8');
  try {
    if (text.startsWith('{')) printEvidence(text, options);
    else await printProof(file, text, options);
  } catch (error) {
    if (!(error instanceof Discrepancy || error instanceof LogFault)) throw error;
    console.log(`BAD: ${error instanceof Discrepancy ? 'ERR_EVIDENCE_BAD: ' : ''}${error.message}`);
    process.exitCode = 1;
  }
}

function printEvidence(text: string, { pin, agencies }: CheckOptions): void {
  if (pin === undefined) throw new Error('ERR_SETTING: evidence needs --pin, the hash of block 0 that you trust');
  const { channel, stream, events, checkpoint, signatures, lastBlock } = checkEvidence(text, {
    pinnedConfig: pin,
    agencies,
  });
  console.log(`${'stream'.padEnd(14)}${stream} on ${channel}`);
  for (const { version, type, at, agency, block } of events)
    console.log(
      `${String(version).padStart(6)}        ${new Date(at).toISOString()}  ${type}  ${agency}  block ${block}`,
    );
  const { orderers, creatorsAndEndorsers } = signatures;
  console.log(`${'signatures'.padEnd(14)}${orderers} of orderers, ${creatorsAndEndorsers} of creators and endorsers`);
  console.log(`${'checkpoint'.padEnd(14)}${checkpoint.size} leaves, cosigned by ${checkpoint.agencies.join(', ')}`);
  console.log(
    `${'keys'.padEnd(14)}as of block ${lastBlock}, the newest in the file: what came of them later it cannot know`,
  );
  console.log('good');
}

async function printProof(file: string, text: string, { keys, event, agencies }: CheckOptions): Promise<void> {
  if (keys === undefined) throw new Error('ERR_SETTING: a proof needs --keys, the log keys that you trust');
  const { origin, verifiers } = parsePinnedKeys(await readFile(keys, 'utf8'));
  const bytes = await readFile(event ?? file.replace(/(\.tlog-proof)?$/, '.event.json'));
  const trust = { origin, verifiers, agencies };
  const { index, size, agencies: signed } = checkProof(text, leafHash(bytes), trust);
  console.log(`${'log'.padEnd(14)}${origin}`);
  console.log(`${'event'.padEnd(14)}leaf ${index} of ${size}`);
  console.log(`${'cosigned'.padEnd(14)}by ${signed.join(', ')}`);
  console.log('good');
}
