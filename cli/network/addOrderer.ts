import type { Command } from 'commander';
import { addOrderer } from '#network/ordererSet.ts';
import { folderOf, subcommand, type NetworkPlace } from './subcommand.ts';

/** `plinth network add-orderer`. */
export function addOrdererCommand(): Command {
  return subcommand('add-orderer', 'have an agency of the running network order as well')
    .argument('<agency>')
    .addHelpText(
      'after',
      `
Of four orderers one may fail or lie, of seven two; one more than four bears no more, but lets one of the four leave.

Example:
  npm run network -- add-orderer health-office`,
    )
    .action(add);
}

async function add(agency: string, place: NetworkPlace): Promise<void> {
  await addOrderer(folderOf(place), agency, (line) => console.log(line));
}
