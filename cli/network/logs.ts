import type { Command } from 'commander';
import { networkLogs } from '#network/logs.ts';
import { folderOf, subcommand, type NetworkPlace } from './subcommand.ts';

/** `plinth network logs`. */
export function logsCommand(): Command {
  return subcommand('logs', 'the last lines of its logs')
    .option('--agency <name>', 'of one agency only')
    .option('--component <name>', 'orderer, peer or registry only')
    .option('--lines <count>', 'how many', '20')
    .action(logs);
}

type LogOptions = NetworkPlace & { readonly agency?: string; readonly component?: string; readonly lines: string };

function logs({ agency, component, lines, ...place }: LogOptions): void {
  const selection = { agency, component, lines: Number(lines) };
  for (const log of networkLogs(folderOf(place), selection)) {
    console.log(`== ${log.agency} ${log.component} (${log.file})\n${log.text}`);
  }
}
