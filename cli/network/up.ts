import { InvalidArgumentError, type Command } from 'commander';
import { loadCountry } from '#country/loadCountry.ts';
import { networkUp } from '#network/up.ts';
import { repository, settingsOf } from '../settings.ts';
import { folderOf, subcommand, type NetworkPlace } from './subcommand.ts';

/** `plinth network up`. */
export function upCommand(): Command {
  return subcommand('up', 'start it, or start again what has died; prints the time of each step')
    .option('--first-port <port>', 'take the first free ports from here on (default: somewhere at random)', portOf)
    .action(up);
}

type UpOptions = NetworkPlace & { readonly firstPort?: number };

async function up({ firstPort, ...place }: UpOptions): Promise<void> {
  const { agencies, classes, endorsement } = await loadCountry(settingsOf({ ledger: 'fabric' }).country);
  const report = (line: string): void => console.log(line);
  const ports = firstPort === undefined ? {} : { firstPort };
  await networkUp({ directory: folderOf(place), repository, agencies, classes, endorsement, report, ...ports });
}

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1024 || port > 65_000)
    throw new InvalidArgumentError('a port is a whole number from 1024 to 65000');
  return port;
}
