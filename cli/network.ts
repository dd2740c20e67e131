import { Command } from 'commander';
import { loadCountry } from '#country/loadCountry.ts';
import { networkDown } from '#network/down.ts';
import { networkLogs } from '#network/logs.ts';
import { networkStatus, statusTable } from '#network/status.ts';
import { networkUp } from '#network/up.ts';
import { repository, settingsOf } from './settings.ts';

/** `plinth network`: a Fabric network of all agencies on this machine, without containers. */
export function networkCommand(): Command {
  const command = new Command('network').description('run the Fabric network of all agencies on this machine');
  command.command('up').description('start it, or start again what has died; prints the time of each step').action(up);
  command.command('down').description('end all its processes and remove its files').action(down);
  command.command('status').description('what runs, where, and how many blocks it has').action(status);
  command
    .command('logs')
    .description('the last lines of its logs')
    .option('--agency <name>', 'of one agency only')
    .option('--component <name>', 'orderer, peer or registry only')
    .option('--lines <count>', 'how many', '20')
    .action(logs);
  return command.addHelpText('after', '\nThen: npm start -- --ledger fabric --agency civil-registry');
}

async function up(): Promise<void> {
  const { country: pack, networkFolder } = settingsOf({ ledger: 'fabric' });
  const { agencies, classes, endorsement } = await loadCountry(pack);
  const report = (line: string): void => console.log(line);
  await networkUp({ directory: networkFolder, repository, agencies, classes, endorsement, report });
}

async function down(): Promise<void> {
  const found = await networkDown(settingsOf({ ledger: 'fabric' }).networkFolder);
  console.log(found ? 'the network is down and its files are gone' : 'there was no network');
}

async function status(): Promise<void> {
  console.log(statusTable(await networkStatus(settingsOf({ ledger: 'fabric' }).networkFolder)));
}

type LogOptions = { readonly agency?: string; readonly component?: string; readonly lines: string };

function logs({ agency, component, lines }: LogOptions): void {
  const selection = { agency, component, lines: Number(lines) };
  for (const log of networkLogs(settingsOf({ ledger: 'fabric' }).networkFolder, selection)) {
    console.log(`== ${log.agency} ${log.component} (${log.file})\n${log.text}`);
  }
}
