import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { loadCountry } from '#country/loadCountry.ts';
import { ledgerFacts } from '#projections/models/ledgerFacts.ts';
import { openDatabase } from '#projections/postgres/database.ts';
import { rebuild } from '#projections/models/rebuild.ts';
import { withNodeOptions } from './nodeOptions.ts';
import { openLedger } from './openLedger.ts';
import { agencyOf, databasePlace, settingsOf, SettingsFault, type NodeOptions } from './settings.ts';

/** `plinth rebuild`: folds the read models anew from the event store. */
export function rebuildCommand(): Command {
  return withNodeOptions(
    new Command('rebuild')
      .description('build the read models anew beside the live ones, compare, and put them in their place')
      .option('--from-ledger', "take the facts from the ledger's blocks rather than from the event store")
      .action(run),
  ).addHelpText(
    'after',
    `
With DATABASE_URL the node may go on serving meanwhile; the embedded database belongs to one process, so stop the node.
Equal hashes say that the live read models were exactly what the facts say.`,
  );
}

async function run(options: NodeOptions & { readonly fromLedger?: boolean }): Promise<void> {
  const settings = settingsOf(options);
  const country = await loadCountry(settings.country);
  const agency = agencyOf(settings, country);
  const place = databasePlace(settings, agency);
  if ('directory' in place && !existsSync(place.directory)) {
    throw new SettingsFault('this node has never been started: there is nothing to rebuild');
  }
  const database = await openDatabase(place);
  const opened = options.fromLedger === true ? await openLedger(settings, country, agency) : undefined;
  try {
    const started = performance.now();
    const { events, before, after } = await rebuild({
      database,
      ...(opened && { source: ledgerFacts(opened.ledger) }),
    });
    const seconds = (performance.now() - started) / 1000;
    console.log(`${events} events folded in ${seconds.toFixed(1)} s (${Math.round(events / seconds)} events/s)`);
    console.log(
      `before ${before}\nafter  ${after}\n${before === after ? 'equal' : 'DIFFERENT: the live read models were wrong'}`,
    );
    if (before !== after) process.exitCode = 1;
  } finally {
    await opened?.close();
    await database.close();
  }
}
