import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { writeProof } from '#ledger/log/proofFile.ts';
import { Audit } from '#ledger/verify/audit.ts';
import { coveringCheckpoint } from '#ledger/verify/evidenceCollector.ts';
import type { TakenEvent } from '#ledger/verify/taken.ts';
import { auditAll, enoughAgencies } from './auditAll.ts';
import { withSource, type SourceOptions } from './source.ts';
import { parsePin } from './verify.ts';

type ProveOptions = SourceOptions & { readonly pin?: string; readonly output?: string };

/** `plinth audit prove`: a proof that one event stands in the registry log. */
export function proveCommand(): Command {
  const command = new Command('prove')
    .argument('<stream>', 'such as identity-7f3c…')
    .argument('<version>', 'which event of the stream, from 1', parseVersion)
    .description('write a proof, which needs no ledger to be checked, that this event stands in the registry log')
    .option('-o, --output <name>', 'name of the two files without their endings (default: <stream>.<version>)')
    .option('--pin <hash>', 'hash of block 0 that you got from somebody you trust', parsePin)
    .action(run);
  return withSource(command).addHelpText(
    'after',
    `
Writes <name>.event.json, the event as it stands on the ledger, and <name>.tlog-proof (C2SP), which says where it stands in the
log, under a checkpoint that at least ${enoughAgencies} agencies cosigned. The whole ledger is verified for it. Check it with
npx plinth audit check <name>.tlog-proof --keys <file>, or with any program that knows C2SP's tlog-proof and the keys.

Example:
  npx plinth audit prove agency-civil-registry 1 --ledger fabric --pin "$PIN" -o admission`,
  );
}

function parseVersion(text: string): number {
  const version = Number(text);
  if (!Number.isSafeInteger(version) || version < 1) throw new InvalidArgumentError('A version is a number from 1 on.');
  return version;
}

async function run(stream: string, version: number, { pin, output, ...options }: ProveOptions): Promise<void> {
  let found: { readonly event: TakenEvent; readonly index: number } | undefined;
  const audit = new Audit({ pinnedConfig: pin });
  await auditAll(audit, options, (_bytes, { events, firstLeaf }) => {
    const place = events.findIndex((event) => event.stream === stream && event.version === version);
    const event = events[place];
    if (event !== undefined) found = { event, index: firstLeaf + place };
  });
  const facts = found === undefined ? [] : [{ version, index: found.index }];
  const checkpoint = coveringCheckpoint(audit.log, { stream, facts, agencies: enoughAgencies });
  if (found === undefined) return; // coveringCheckpoint has refused it
  const { event, index } = found;
  const name = output ?? `${stream}.${version}`;
  const proof = writeProof({ index, path: audit.log.inclusion(index, checkpoint.size), checkpoint: checkpoint.note });
  await writeFile(`${name}.event.json`, event.bytes);
  await writeFile(`${name}.tlog-proof`, proof);
  console.log(`${name}.event.json   ${event.type}, ${event.bytes.length} bytes`);
  console.log(
    `${name}.tlog-proof   leaf ${index} of ${checkpoint.size}, cosigned by ${checkpoint.agencies.join(', ')}, ${Buffer.byteLength(proof)} bytes`,
  );
}
