import type { Country, ImportMapping } from '#domain/country.ts';
import type { PersonRow } from './readPeople.ts';

/** A row as the identity schema sees it, and the way back from an attribute to its column. */
export type ImportedPerson = {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly columnOf: (attribute: string) => string;
};

/** Maps a row to a person's attributes by the country's mapping. Empty columns give no attribute. */
export function personOf({ values }: PersonRow, { fields }: Country, mapping: ImportMapping): ImportedPerson {
  const filled = mapping.columns.filter(({ column }) => (values[column] ?? '') !== '');
  const entries: readonly (readonly [string, unknown])[] = filled.map(({ column, attribute, as }) => {
    const text = as === 'date' ? isoDay(values[column] ?? '') : values[column];
    const { multilingual, kind } = fields.find(({ name }) => name === attribute) ?? {};
    if (multilingual === true) return [attribute, [{ language: mapping.language, value: text }]];
    return [attribute, kind === 'number' ? Number(text) : text];
  });
  return {
    attributes: Object.fromEntries(entries),
    columnOf: (name) => mapping.columns.find(({ attribute }) => attribute === name)?.column ?? name,
  };
}

/** `19081209` → `1908-12-09`; anything else stays as it is, for the schema to judge. */
function isoDay(text: string): string {
  return text.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
}
