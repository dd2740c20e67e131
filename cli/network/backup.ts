import { resolve } from 'node:path';
import type { Command } from 'commander';
import { backupAgency, restoreAgency } from '#network/backup.ts';
import { folderOf, subcommand, type NetworkPlace } from './subcommand.ts';

/** `plinth network backup`. */
export function backupCommand(): Command {
  return subcommand('backup', "copy an agency's node: its peer's ledger, its keys and its embedded database")
    .argument('<folder>', 'which must not be there yet, or be empty')
    .requiredOption('--agency <name>', 'whose node; it must be stopped, and its peer is away meanwhile')
    .addHelpText(
      'after',
      `
A PostgreSQL of your own (DATABASE_URL) is backed up with its own tools.

Example:
  npm run network -- backup /var/backups/civil-registry --agency civil-registry`,
    )
    .action(backup);
}

/** `plinth network restore`. */
export function restoreCommand(): Command {
  return subcommand('restore', "put an agency's node back from a backup; its peer then takes the rest from the others")
    .argument('<folder>', 'that `backup` has made')
    .addHelpText(
      'after',
      `
Stop the agency's node before, and start it afterwards: it replays erasures before it serves.

Example:
  npm run network -- restore /var/backups/civil-registry`,
    )
    .action(restore);
}

async function backup(folder: string, { agency, ...place }: NetworkPlace & { readonly agency: string }): Promise<void> {
  await backupAgency(folderOf(place), agency, resolve(folder));
  console.log(`the node of ${agency} is in ${folder}; it holds keys: keep it as you keep those`);
}

async function restore(folder: string, place: NetworkPlace): Promise<void> {
  const { agency, at } = await restoreAgency(folderOf(place), resolve(folder));
  console.log(`the node of ${agency} is as it was at ${at}, and its peer has caught up`);
}
