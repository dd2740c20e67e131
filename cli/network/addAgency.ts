import type { Command } from 'commander';
import { addAgency } from '#network/addAgency.ts';
import { repository } from '../settings.ts';
import { folderOf, subcommand, type NetworkPlace } from './subcommand.ts';

/** `plinth network add-agency`. */
export function addAgencyCommand(): Command {
  return subcommand('add-agency', 'add an agency with a peer to the running network, or a peer to one that only orders')
    .argument('<name>', 'small letters, digits and hyphens; also its MSP')
    .option(
      '--endorse',
      'its word counts for facts, and it runs the chaincode (default: its peer only holds the ledger)',
    )
    .option('--snapshot', 'begin with a snapshot that two agencies agree on, without the blocks before it')
    .addHelpText(
      'after',
      `
The registry then has to admit it: plinth enter --help.

Examples:
  npm run network -- add-agency tax-office --endorse --snapshot
  npm run network -- add-agency audit-office`,
    )
    .action(add);
}

type AddOptions = NetworkPlace & { readonly endorse?: boolean; readonly snapshot?: boolean };

async function add(name: string, { endorse = false, snapshot = false, ...place }: AddOptions): Promise<void> {
  const report = (line: string): void => console.log(line);
  await addAgency(folderOf(place), { name, endorse, snapshot, repository, report });
}
