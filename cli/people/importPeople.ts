import type { Country, ImportMapping } from '#domain/country.ts';
import { isEnrolmentId } from '#domain/identity/enrolmentId.ts';
import type { AttributeCheck } from '#gateway/offices/attributeCheck.ts';
import type { Enrol } from './enrol.ts';
import { personOf } from './personOf.ts';
import type { PersonRow } from './readPeople.ts';

/** What became of one row. `column` is where it went wrong, if it was a column. */
export type RowResult =
  | { readonly kind: 'accepted' | 'there' }
  | { readonly kind: 'rejected'; readonly code: string; readonly column: string };

/** What turns rows into people. */
export type ImportOptions = {
  readonly country: Country;
  readonly mapping: ImportMapping;
  readonly check: AttributeCheck;
  /** Brings one person to the ledger. */
  readonly enrol: Enrol;
  readonly onResult: (row: PersonRow, result: RowResult) => void;
  /** How many people are on their way at once: enough to fill the committer's batches. */
  readonly concurrency: number;
};

/** Enrols everybody in the rows. May be stopped and repeated: whoever is there already is only completed. */
export async function importPeople(rows: AsyncIterable<PersonRow>, options: ImportOptions): Promise<void> {
  const seen = new Set<string>();
  const iterator = rows[Symbol.asyncIterator]();
  const worker = async (): Promise<void> => {
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      const row = next.value;
      const repeated = seen.has(row.enrolmentId);
      seen.add(row.enrolmentId);
      options.onResult(row, repeated ? rejectedId('ERR_NOT_UNIQUE', options) : await importRow(row, options));
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
}

async function importRow(row: PersonRow, options: ImportOptions): Promise<RowResult> {
  if (!isEnrolmentId(row.enrolmentId)) return rejectedId('ERR_MALFORMED', options);
  const { attributes, columnOf } = personOf(row, options.country, options.mapping);
  const [fault] = options.check(attributes);
  if (fault !== undefined) {
    return { kind: 'rejected', code: `ERR_ATTRIBUTE_INVALID:${fault.rule}`, column: columnOf(fault.attribute) };
  }
  const outcome = await options.enrol(row.enrolmentId, attributes);
  return outcome.kind === 'refused' ? { kind: 'rejected', code: outcome.code, column: '' } : outcome;
}

function rejectedId(code: string, { mapping }: ImportOptions): RowResult {
  return { kind: 'rejected', code, column: mapping.enrolmentId };
}
