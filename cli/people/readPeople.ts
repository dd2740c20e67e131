import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import * as z from 'zod';
import type { ImportMapping } from '#domain/country.ts';
import { errorCode } from '#domain/errorCode.ts';
import { FileFault } from './fileFault.ts';

/** One row of a people file: trimmed values by column; `line` counts from 1, the header included. */
export type PersonRow = {
  readonly line: number;
  readonly enrolmentId: string;
  readonly values: Readonly<Record<string, string>>;
};

// A quote that is never closed makes the rest of the file one row: it must not fill the memory first.
const longestRow = 10_000_000;

const Parsed = z.object({ record: z.record(z.string(), z.string()), info: z.object({ lines: z.number() }) });

/** Reads a people file (CSV with a header, UTF-8) row by row. Throws a FileFault at the first place that cannot be read. */
export async function* readPeople(path: string, mapping: ImportMapping): AsyncGenerator<PersonRow> {
  const columns = (header: string[]): string[] => checked(header, mapping);
  const parser = parse({ bom: true, trim: true, info: true, max_record_size: longestRow, columns });
  let rows = 0;
  try {
    // The callback only keeps a failure of the file from being thrown twice: the loop below receives it from the parser.
    pipeline(createReadStream(path), utf8, parser, () => undefined);
    for await (const item of parser) {
      const { record, info } = Parsed.parse(item);
      rows += 1;
      yield { line: info.lines, enrolmentId: record[mapping.enrolmentId] ?? '', values: record };
    }
  } catch (error) {
    throw faultOf(error);
  }
  if (rows === 0) throw new FileFault('ERR_FILE_EMPTY', 'the file has no rows');
}

async function* utf8(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

function checked(header: readonly string[], mapping: ImportMapping): string[] {
  const wanted = [mapping.enrolmentId, ...mapping.columns.map(({ column }) => column)];
  const missing = wanted.filter((column) => !header.includes(column));
  if (missing.length > 0) throw new FileFault('ERR_COLUMN_MISSING', `the file has no column ${missing.join(', ')}`);
  const repeated = wanted.filter((column) => header.indexOf(column) !== header.lastIndexOf(column));
  // The second one would silently win.
  if (repeated.length > 0) throw new FileFault('ERR_COLUMN_REPEATED', `the file has twice ${repeated.join(', ')}`);
  return [...header];
}

function faultOf(error: unknown): unknown {
  if (error instanceof CsvError) {
    const line = typeof error['lines'] === 'number' ? ` at line ${error['lines']}` : '';
    return new FileFault('ERR_FILE_BROKEN_LINE', `${error.code}${line}`);
  }
  switch (errorCode(error)) {
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return new FileFault('ERR_FILE_ENCODING', 'the file is not UTF-8');
    case 'ENOENT':
    case 'EISDIR':
      return new FileFault('ERR_FILE_NOT_FOUND', 'there is no such file');
    default:
      return error;
  }
}
