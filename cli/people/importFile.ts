import { relative } from 'node:path';
import type { Country, ImportMapping } from '#domain/country.ts';
import { createAttributeCheck } from '#gateway/offices/attributeCheck.ts';
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

/** A people file that was read to its end once, so that a file that is broken anywhere writes nothing. */
export type CheckedFile = { readonly path: string; readonly mapping: ImportMapping; readonly total: number };

/** Which file goes into which registry, and who is told of it. */
export type ImportFileOptions = EnrolOptions & {
  readonly file: CheckedFile;
  readonly rejectedFile: string;
  readonly progress: Progress;
  readonly concurrency?: number;
};

/** How many rows came to what, and how long it took. */
export type ImportSummary = Readonly<Record<RowResult['kind'], number>> & { readonly seconds: number };

// Registering and then recording a class takes a person two batches of 50; this many fill all batches in flight.
const peopleAtOnce = 300;

/** Reads a people file to its end and counts its rows. Throws a FileFault that names the file. */
export async function checkFile(path: string, { importMapping: mapping, name }: Country): Promise<CheckedFile> {
  if (mapping === undefined) throw new FileFault('ERR_NO_MAPPING', `the country pack ${name} has no import.json`);
  const rows = readPeople(path, mapping);
  let total = 0;
  try {
    while ((await rows.next()).done !== true) total += 1;
  } catch (error) {
    throw error instanceof FileFault
      ? new FileFault(error.code, `${relative('', path)}: ${error.reason}`, error)
      : error;
  }
  return { path, mapping, total };
}

/** Brings the people of a file to the ledger. */
export async function importFile(options: ImportFileOptions): Promise<ImportSummary> {
  const { file, country, progress } = options;
  const started = performance.now();
  const counts = { accepted: 0, there: 0, rejected: 0 };
  const rejectedRows = await openRejectedRows(options.rejectedFile);
  progress.start(file.total);
  try {
    await importPeople(readPeople(file.path, file.mapping), {
      country,
      mapping: file.mapping,
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
