import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { Audit } from '#ledger/verify/audit.ts';
import { EvidenceCollector } from '#ledger/verify/evidenceCollector.ts';
import { auditAll, enoughAgencies } from './auditAll.ts';
import { withSource, type SourceOptions } from './source.ts';
import { parsePin } from './verify.ts';

type ExportOptions = SourceOptions & { readonly pin?: string; readonly output?: string };

/** `plinth audit export`: everything that shows what happened in a stream. */
export function exportCommand(): Command {
  const command = new Command('export')
    .argument('<stream>', 'such as identity-7f3c…')
    .description('write evidence of a stream that somebody else can check without any ledger')
    .option('-o, --output <file>', 'where to (default: <stream>.evidence.json)')
    .option('--pin <hash>', 'hash of block 0 that you got from somebody you trust', parsePin)
    .action(run);
  return withSource(command).addHelpText(
    'after',
    `
The file holds the blocks with these events, whole, with the orderers' signatures; every configuration and definition; the
events in which agencies state their log keys; and where each event stands in the log, under a checkpoint of at least
${enoughAgencies} agencies. Check it with npx plinth audit check <file> --pin <hash>: it trusts the hash of block 0 and nothing else.
Blocks are shared: public events of other streams lie in them as well. There are no private values in any block.

Keys, certificates and revocations are those as of the block of export, which is printed: what was rotated, renewed or removed
later the file cannot know. Whoever must know that exports anew, or verifies the ledger.

Example:
  npx plinth audit export agency-civil-registry --ledger fabric --pin "$PIN" -o civil-registry.evidence.json`,
  );
}

async function run(stream: string, { pin, output, ...options }: ExportOptions): Promise<void> {
  const audit = new Audit({ pinnedConfig: pin });
  const collector = new EvidenceCollector(stream);
  await auditAll(audit, options, (bytes, block) => collector.take(bytes, block));
  const evidence = collector.write(audit.log, enoughAgencies);
  const file = output ?? `${stream}.evidence.json`;
  await writeFile(file, evidence);
  console.log(`${file}   ${Buffer.byteLength(evidence)} bytes; pin ${audit.report().first}`);
  console.log(`keys as of block ${audit.height - 1}: of any that was rotated or removed later the file cannot know`);
}
