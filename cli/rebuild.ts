import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { loadCountry } from '#country/loadCountry.ts';
import { ledgerFacts } from '#projections/models/ledgerFacts.ts';
import { openDatabase } from '#projections/postgres/database.ts';
import { rebuild, type Rebuilt } from '#projections/models/rebuild.ts';
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
Equal hashes say that the live read models were exactly what the facts say. After an upgrade that changed their tables they
may differ for no other reason, and it says so: those that now serve are made by one version.

Examples:
  npx plinth rebuild
  npx plinth rebuild --from-ledger --ledger fabric --agency election-office`,
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
    const rebuilt = await rebuild({ database, ...(opened && { source: ledgerFacts(opened.ledger) }) });
    const { events, before, after } = rebuilt;
    const seconds = (performance.now() - started) / 1000;
    console.log(`${events} events folded in ${seconds.toFixed(1)} s (${Math.round(events / seconds)} events/s)`);
    const verdict = verdictOf(rebuilt);
    console.log(`before ${before}\nafter  ${after}\n${verdict.text}`);
    if (verdict.isWrong) process.exitCode = 1;
  } finally {
    await opened?.close();
    await database.close();
  }
}

/** What the hashes say of the read models that were live until now. */
export function verdictOf({ before, after, upgrades }: Rebuilt): { readonly text: string; readonly isWrong: boolean } {
  if (before === after) return { text: 'equal', isWrong: false };
  if (upgrades.length === 0) return { text: 'DIFFERENT: the live read models were wrong', isWrong: true };
  const why = `the live read models were made by another version of their tables (since then: ${upgrades.join(', ')})`;
  return { text: `different: ${why}; those that serve from now on are made by this one`, isWrong: false };
}
