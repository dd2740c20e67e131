import type { Command } from 'commander';
import { networkStatus } from '#network/status.ts';
import { statusPage } from '#network/statusPage.ts';
import { repository } from '../settings.ts';
import { folderOf, subcommand, type NetworkPlace } from './subcommand.ts';

/** `plinth network status`. */
export function networkStatusCommand(): Command {
  return subcommand('status', 'what runs, what is behind, which certificates expire, which code was agreed on').action(
    status,
  );
}

async function status(place: NetworkPlace): Promise<void> {
  console.log(statusPage(await networkStatus(folderOf(place), repository)));
}
