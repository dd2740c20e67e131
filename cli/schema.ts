import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { loadCountry } from '#country/loadCountry.ts';
import { printCountrySchema } from '#gateway/schema/schema.ts';
import { repository, settingsOf } from './settings.ts';

/** `plinth schema`: the interface as text, so that a change of it shows in the diff. */
export function schemaCommand(): Command {
  return new Command('schema')
    .description("write the GraphQL schema of the demo country to gateway/schema.graphql, or print another country's")
    .addHelpText('after', '\nExample:\n  PLINTH_COUNTRY=mosip-sample npx plinth schema')
    .action(async () => {
      const country = await loadCountry(settingsOf({ ledger: 'embedded' }).country);
      const text = printCountrySchema(country);
      if (country.name !== 'demo') {
        console.log(text);
        return;
      }
      await writeFile(join(repository, 'gateway', 'schema.graphql'), text);
      console.log('gateway/schema.graphql');
    });
}
