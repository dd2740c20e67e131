import type { UniqueValue } from '../decider.ts';
import type { NewValues } from './attributes.ts';
import { enrolmentIdName } from './enrolmentId.ts';
import { canonicalHandle, handleKind } from './handle.ts';

/** What only one identity may have among these values: its number, its enrolment and its handles. */
export function uniqueValues({ schema: { fields, number }, opened }: NewValues): readonly UniqueValue[] {
  const handles = new Set(fields.filter(({ handle }) => handle).map(({ name }) => name));
  return opened.flatMap(({ name, value }) => {
    if (name === number.attribute) return claim('number', value);
    if (name === enrolmentIdName) return claim('enrolment', value);
    return handles.has(name) ? claim(handleKind(name), canonicalHandle(value)) : [];
  });
}

function claim(kind: string, value: unknown): readonly UniqueValue[] {
  return typeof value === 'string' ? [{ kind, value }] : [];
}
