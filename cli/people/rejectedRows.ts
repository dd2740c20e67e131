import { constants, createWriteStream } from 'node:fs';
import { access, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { errorCode } from '#domain/errorCode.ts';
import { FileFault } from './fileFault.ts';
import type { RowResult } from './importPeople.ts';
import type { PersonRow } from './readPeople.ts';

type Rejection = Extract<RowResult, { kind: 'rejected' }>;

/** The file of rows that were not taken: each as it came, with line, reason and column. Corrected, it can be imported itself. */
export type RejectedRows = {
  readonly add: (row: PersonRow, rejection: Rejection) => void;
  /** Resolves when everything is in the file; without rejections there is no file. */
  readonly close: () => Promise<void>;
};

/** Removes what an earlier import left at this path; the file is made with the first rejected row. */
/** Throws a FileFault where rejected rows cannot go: into the people file itself, or where nothing can be written. */
export async function checkRejectedFile(path: string, peopleFile: string): Promise<void> {
  const people = await stat(peopleFile);
  const there = await findStat(path);
  if (there?.ino === people.ino && there.dev === people.dev)
    throw new FileFault('ERR_REJECTED_FILE', 'the rejected rows would take the place of the people file');
  try {
    await access(dirname(path), constants.W_OK);
  } catch (cause) {
    throw new FileFault('ERR_REJECTED_FILE', 'the rejected rows cannot be written where they should go', cause);
  }
}

async function findStat(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

export async function openRejectedRows(path: string): Promise<RejectedRows> {
  await rm(path, { force: true });
  let rows: ReturnType<typeof openFile> | undefined;
  return {
    add: ({ line, values }, { code, column }) => {
      rows ??= openFile(path);
      rows.stringifier.write({ ...values, rejected_line: line, rejected_code: code, rejected_column: column });
    },
    close: async () => {
      rows?.stringifier.end();
      await rows?.written;
    },
  };
}

function openFile(path: string) {
  const stringifier = stringify({ header: true });
  const file = stringifier.pipe(createWriteStream(path, { mode: 0o600 }));
  return { stringifier, written: finished(file) };
}
