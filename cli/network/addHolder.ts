import type { Command } from 'commander';
import { addHolder } from '#network/addHolder.ts';
import { folderOf, subcommand, type NetworkPlace } from './subcommand.ts';

/** `plinth network add-holder`. */
export function addHolderCommand(): Command {
  return subcommand('add-holder', 'let an endorsing agency hold the private values of classes from now on')
    .argument('<name>', 'the agency; it gets the registry key')
    .argument('<class...>', 'attribute classes, as in the country pack: identification, consent')
    .addHelpText(
      'after',
      `
The peers agree on it here. What is sealed for whom is said by the identity schema on the ledger: publish its next version with
the agency among the members of these classes. Older values come by plinth keys hand-over.

Example:
  npm run network -- add-holder tax-office identification contact`,
    )
    .action(add);
}

async function add(name: string, classes: readonly string[], place: NetworkPlace): Promise<void> {
  const report = (line: string): void => console.log(line);
  await addHolder(folderOf(place), { name, classes, report });
}
