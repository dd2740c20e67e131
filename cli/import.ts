import { resolve } from 'node:path';
import { Command } from 'commander';
import { loadCountry } from '#country/loadCountry.ts';
import { demoOptions, ensureConsents } from './demoContent.ts';
import { withNodeOptions } from './nodeOptions.ts';
import { getRegistryKey } from './openLedger.ts';
import { checkFile, importFile, type CheckedFile, type ImportSummary } from './people/importFile.ts';
import { checkRejectedFile } from './people/rejectedRows.ts';
import { progressBar } from './progressBar.ts';
import { openRegistry, type Registry } from './registry.ts';
import { settingsOf, SettingsFault, type NodeOptions } from './settings.ts';

/** `plinth import`: people become identities. */
export function importCommand(): Command {
  return withNodeOptions(
    new Command('import')
      .description('bring the people of a CSV file into the registry')
      .argument('<file>', 'CSV in UTF-8 with a header; import.json of the country pack says what its columns mean')
      .option('--rejected <file>', 'where rows that are not taken go (default: <file>.rejected.csv)')
      .action(run),
  ).addHelpText(
    'after',
    `
May be interrupted and repeated: whoever is there already is only completed. Rows that are not taken keep their
columns and get line, reason and column; corrected, that file can be imported itself.
The embedded ledger belongs to one process: stop \`npm start\` before you import into the same data folder.

Example:
  npx plinth import country/demo/people-febrl1.csv`,
  );
}

type ImportOptions = NodeOptions & { readonly rejected?: string };

async function run(file: string, options: ImportOptions): Promise<void> {
  const settings = settingsOf(options);
  const people = await checkFile(resolve(file), await loadCountry(settings.country));
  const rejectedFile = resolve(options.rejected ?? `${file}.rejected.csv`);
  await checkRejectedFile(rejectedFile, people.path);
  const registry = await openRegistry(settings);
  try {
    const summary = await importInto(registry, people, rejectedFile);
    const demo = demoOptions(registry, settings.partyFolder);
    if (demo !== undefined) await ensureConsents(demo); // of named residents, should they have come with this file
    console.log(summaryOf(summary, rejectedFile));
  } finally {
    await registry.close();
  }
}

/** Imports a people file with the signature of a demo registrar. */
export function importInto(registry: Registry, file: CheckedFile, rejectedFile: string): Promise<ImportSummary> {
  const { country, ledger, sign } = registry;
  if (sign === undefined) {
    throw new SettingsFault(`${country.name} is no demo: this node has no registrar's key to sign an import with`);
  }
  const registryKey = getRegistryKey(registry);
  const authorize = (command: Parameters<typeof sign>[0]) => sign(command, 'registrar');
  const progress = progressBar('importing');
  return importFile({ file, rejectedFile, country, ledger, registryKey, authorize, progress });
}

/** One closing line, and where the rejected rows are. */
export function summaryOf({ accepted, there, rejected, seconds }: ImportSummary, rejectedFile: string): string {
  const rate = Math.round((accepted + there + rejected) / seconds);
  const counts = `${accepted} accepted, ${there} already there, ${rejected} rejected`;
  const where = rejected === 0 ? '' : `\nrejected rows: ${rejectedFile}`;
  return `${counts} in ${seconds.toFixed(1)} s (${rate} rows/s)${where}`;
}
