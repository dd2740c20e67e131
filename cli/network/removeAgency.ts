import type { Command } from 'commander';
import { removeAgency } from '#network/removeAgency.ts';
import { folderOf, subcommand, type NetworkPlace } from './subcommand.ts';

/** `plinth network remove-agency`. */
export function removeAgencyCommand(): Command {
  return subcommand('remove-agency', 'take an agency without an orderer out of the running network; its files stay')
    .argument('<name>')
    .addHelpText('after', '\nExample:\n  npm run network -- remove-agency tax-office')
    .action(remove);
}

async function remove(name: string, place: NetworkPlace): Promise<void> {
  await removeAgency(folderOf(place), name, (line) => console.log(line));
}
