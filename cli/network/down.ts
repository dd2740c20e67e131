import type { Command } from 'commander';
import { networkDown } from '#network/down.ts';
import { folderOf, subcommand, type NetworkPlace } from './subcommand.ts';

/** `plinth network down`. */
export function downCommand(): Command {
  return subcommand('down', 'end all its processes and remove its files').action(down);
}

async function down(place: NetworkPlace): Promise<void> {
  const found = await networkDown(folderOf(place));
  console.log(found ? 'the network is down and its files are gone' : 'there was no network');
}
