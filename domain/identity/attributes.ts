import * as z from 'zod';
import type { Circumstances, OpenedValue } from '../decider.ts';
import type { IdentitySchema, SchemaField } from '../identitySchema/events.ts';
import { Refusal } from '../refusal.ts';
import { repeats } from '../repeats.ts';
import { canonicalHandle } from './handle.ts';

const Texts = z.array(z.strictObject({ language: z.string(), value: z.string() })).min(1);
const PlainValue = z.union([z.string(), z.number(), z.record(z.string(), z.unknown())]);

/** Values that a command brings, with the schema and the attribute class they have to follow. */
export type NewValues = {
  readonly schema: IdentitySchema;
  readonly className: string;
  readonly opened: readonly OpenedValue[];
};

/** The private values of a command that names this schema version. New values follow the newest version and no other. */
export function getNewValues(version: number, { sealedClass, opened, schema }: Circumstances): NewValues {
  if (sealedClass === undefined || opened.length === 0)
    throw new Refusal('ERR_DISCLOSURE_MISMATCH', 'the private values are missing');
  const named = schema(version);
  if (named === undefined) throw new Refusal('ERR_SCHEMA_UNKNOWN', 'no such schema version');
  if (schema(version + 1) !== undefined) throw new Refusal('ERR_SCHEMA_UNKNOWN', 'not the newest schema version');
  if (!Object.hasOwn(named.classes, sealedClass)) throw new Refusal('ERR_CLASS_UNKNOWN', 'no such attribute class');
  return { schema: named, className: sealedClass, opened };
}

/** Refuses values whose attribute is not in the class, or whose shape is not the attribute's. What they may say is checked at the edges. */
export function checkAttributes({ schema, className, opened }: NewValues): void {
  // The second value would silently win.
  if (repeats(opened.map(({ name }) => name))) throw new Refusal('ERR_ATTRIBUTE_REPEATED', 'an attribute comes twice');
  for (const { name, value } of opened) checkValue(getField(schema, className, name), value, schema.languages);
}

function getField({ fields }: IdentitySchema, className: string, name: string): SchemaField {
  const field = fields.find((each) => each.name === name && each.class === className);
  if (field === undefined) throw new Refusal('ERR_ATTRIBUTE_UNKNOWN', `not an attribute of class ${className}`);
  return field;
}

function checkValue(field: SchemaField, value: unknown, languages: readonly string[]): void {
  if (field.multilingual) checkTexts(field, value, languages);
  else if (!PlainValue.safeParse(value).success)
    throw new Refusal('ERR_MALFORMED', `${field.name} is neither text, number nor object`);
  if (field.handle && canonicalHandle(value) === undefined)
    throw new Refusal('ERR_MALFORMED', `${field.name} is a handle and needs a text or a number`);
}

function checkTexts({ name }: SchemaField, value: unknown, languages: readonly string[]): void {
  const texts = Texts.safeParse(value);
  if (!texts.success) throw new Refusal('ERR_MALFORMED', `${name} is not a list of texts by language`);
  const named = texts.data.map(({ language }) => language);
  if (named.some((language) => !languages.includes(language)))
    throw new Refusal('ERR_LANGUAGE_UNKNOWN', `${name} is in a language the schema does not have`);
  if (repeats(named)) throw new Refusal('ERR_ATTRIBUTE_REPEATED', `${name} comes twice in one language`);
}
