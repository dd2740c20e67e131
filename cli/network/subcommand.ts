import { resolve } from 'node:path';
import { Command } from 'commander';
import { settingsOf } from '../settings.ts';

/** Options of every subcommand of `plinth network`. */
export type NetworkPlace = { readonly data?: string };

/** A subcommand of `plinth network`, which can be told in which folder the network lies. */
export function subcommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--data <folder>', 'where the network keeps everything (default: PLINTH_NETWORK, or .network)');
}

/** The folder that an option, the environment or the default names, in this order. */
export function folderOf({ data }: NetworkPlace): string {
  return data === undefined ? settingsOf({ ledger: 'fabric' }).networkFolder : resolve(data);
}
