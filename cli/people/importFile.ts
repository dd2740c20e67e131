import type { Country, ImportMapping } from '#domain/country.ts';
import { createAttributeCheck } from '#gateway/attributeCheck.ts';
import { createEnrol, type EnrolOptions } from './enrol.ts';
import { FileFault } from './fileFault.ts';
import { importPeople, type RowResult } from './importPeople.ts';
import { readPeople } from './readPeople.ts';
import { openRejectedRows } from './rejectedRows.ts';

/** What shows how far an import is. */
export type Progress = {
  readonly start: (total: number) => void;
  readonly step: () => void;
  readonly stop: () => void;
};

export type ImportFileOptions = EnrolOptions & {
  readonly file: string;
  readonly rejectedFile: string;
  readonly progress: Progress;
  readonly concurrency?: number;
};

export type ImportSummary = Readonly<Record<RowResult['kind'], number>> & { readonly seconds: number };

// Registering and then recording a class takes a person two batches of 50; this many fill all batches in flight.
const peopleAtOnce = 300;

/** Imports a people file. It is read to its end first, so a file that is broken anywhere writes nothing. */
export async function importFile(options: ImportFileOptions): Promise<ImportSummary> {
  const { file, country, progress } = options;
  const mapping = getMapping(country);
  const total = await countRows(file, mapping);
  const started = performance.now();
  const counts = { accepted: 0, there: 0, rejected: 0 };
  const rejectedRows = await openRejectedRows(options.rejectedFile);
  progress.start(total);
  try {
    await importPeople(readPeople(file, mapping), {
      country,
      mapping,
      check: createAttributeCheck(country),
      enrol: createEnrol(options),
      concurrency: options.concurrency ?? peopleAtOnce,
      onResult: (row, result) => {
        counts[result.kind] += 1;
        if (result.kind === 'rejected') rejectedRows.add(row, result);
        progress.step();
      },
    });
  } finally {
    progress.stop();
    await rejectedRows.close();
  }
  return { ...counts, seconds: (performance.now() - started) / 1000 };
}

async function countRows(file: string, mapping: ImportMapping): Promise<number> {
  const rows = readPeople(file, mapping);
  let total = 0;
  while ((await rows.next()).done !== true) total += 1;
  return total;
}

function getMapping({ importMapping, name }: Country) {
  if (importMapping !== undefined) return importMapping;
  throw new FileFault('ERR_NO_MAPPING', `the country pack ${name} has no import.json`);
}
