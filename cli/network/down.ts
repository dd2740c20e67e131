import type { Command } from 'commander';
import { networkDown } from '#network/down.ts';
import { nodesAtWork } from '#network/nodeMark.ts';
import { folderOf, subcommand, type NetworkPlace } from './subcommand.ts';

/** `plinth network down`. */
export function downCommand(): Command {
  return subcommand('down', 'end all its processes and remove its files').action(down);
}

async function down(place: NetworkPlace): Promise<void> {
  const folder = folderOf(place);
  for (const { agency, pid } of nodesAtWork(folder))
    console.warn(
      `warning: the node of ${agency} (process ${pid}) still uses this network, and its files go too: stop it`,
    );
  const found = await networkDown(folder);
  console.log(found ? 'the network is down and its files are gone' : 'there was no network');
}
