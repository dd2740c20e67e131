import type { Command } from 'commander';
import { openFabricLedger } from '#ledger/fabric/openFabricLedger.ts';
import { connectionOf } from '#network/connection.ts';
import { getDescription } from '#network/description.ts';
import { commandOf, getCommitted } from '../orders.ts';
import { folderOf, subcommand, type NetworkPlace } from './subcommand.ts';

/** `plinth network refold`. */
export function refoldCommand(): Command {
  return subcommand('refold', "bring a long stream's state to the chaincode in force, after an upgrade asked for it")
    .argument('<stream>', 'as ERR_REFOLD_NEEDED was answered for it')
    .option('--agency <name>', 'whose node asks (default: the first that endorses)')
    .addHelpText('after', '\nExample:\n  npm run network -- refold agency-civil-registry')
    .action(refold);
}

async function refold(
  stream: string,
  { agency, ...place }: NetworkPlace & { readonly agency?: string },
): Promise<void> {
  const description = getDescription(folderOf(place));
  const ledger = openFabricLedger(connectionOf(description, agency ?? description.endorsement.agencies[0] ?? ''));
  try {
    const newest = (await ledger.history(stream)).length;
    let version = 0;
    while (version < newest) {
      const command = { ...commandOf(stream, { type: 'RefoldStream', data: {} }), seen: newest };
      const answer = getCommitted(await ledger.submit({ command }));
      if (answer.version <= version) throw new Error(`the stream stays at version ${version}`);
      version = answer.version;
      console.log(`folded up to version ${version} of ${newest}`);
    }
  } finally {
    await ledger.close();
  }
}
