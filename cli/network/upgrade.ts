import type { Command } from 'commander';
import { upgradeChaincode } from '#network/upgrade.ts';
import { repository } from '../settings.ts';
import { folderOf, subcommand, type NetworkPlace } from './subcommand.ts';

/** `plinth network upgrade`. */
export function upgradeCommand(): Command {
  return subcommand('upgrade', 'have all agencies agree on the chaincode of these sources, and switch to it at work')
    .addHelpText(
      'after',
      '\nOld and new servers run side by side until the new definition is committed; no command is lost.',
    )
    .action(upgrade);
}

async function upgrade(place: NetworkPlace): Promise<void> {
  const report = (line: string): void => console.log(line);
  const done = await upgradeChaincode(folderOf(place), { repository, report });
  if (!done) console.log('the agencies have agreed on the chaincode of these sources already');
}
