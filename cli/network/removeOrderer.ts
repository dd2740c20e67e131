import type { Command } from 'commander';
import { removeOrderer } from '#network/ordererSet.ts';
import { folderOf, subcommand, type NetworkPlace } from './subcommand.ts';

/** `plinth network remove-orderer`. */
export function removeOrdererCommand(): Command {
  return subcommand('remove-orderer', 'have an agency order no more, as long as four others do; its peer stays')
    .argument('<agency>')
    .addHelpText(
      'after',
      `
Example, of one agency that orders in the place of another:
  npm run network -- add-orderer health-office
  npm run network -- remove-orderer audit-office`,
    )
    .action(remove);
}

async function remove(agency: string, place: NetworkPlace): Promise<void> {
  await removeOrderer(folderOf(place), agency, (line) => console.log(line));
}
