import { Command } from 'commander';
import { sweepErased } from '#projections/erasure/sweep.ts';
import { openDatabase } from '#projections/postgres/database.ts';
import { loadCountry } from '#country/loadCountry.ts';
import { withNodeOptions } from '../nodeOptions.ts';
import { agencyOf, databasePlace, settingsOf, type NodeOptions } from '../settings.ts';

/** `plinth erase sweep`: has PostgreSQL write its files anew without what was deleted. */
export function sweepCommand(): Command {
  return withNodeOptions(
    new Command('sweep').description('write the tables anew from which erasures have deleted rows').action(run),
  ).addHelpText(
    'after',
    `
PostgreSQL keeps deleted rows in its files until it needs the room. This rewrites the tables of sealed values, of their
keys and of indexes (each is locked meanwhile, and needs its size once more on the disk), and ends the write-ahead log's
segments so that they are written over next. plinth audit erased says what is left. The embedded database belongs to one
process, so stop the node first.

Example, after an erasure:
  npx plinth erase sweep`,
  );
}

async function run(options: NodeOptions): Promise<void> {
  const settings = settingsOf(options);
  const place = databasePlace(settings, agencyOf(settings, await loadCountry(settings.country)));
  const database = await openDatabase(place);
  try {
    const tables = await sweepErased(database);
    console.log(`${tables.length} tables are written anew: ${tables.join(', ')}`);
  } finally {
    await database.close();
  }
}
