import type { Command } from 'commander';
import { networkStatus, statusTable } from '#network/status.ts';
import { folderOf, subcommand, type NetworkPlace } from './subcommand.ts';

/** `plinth network status`. */
export function networkStatusCommand(): Command {
  return subcommand('status', 'what runs, where, and how many blocks it has').action(status);
}

async function status(place: NetworkPlace): Promise<void> {
  console.log(statusTable(await networkStatus(folderOf(place))));
}
