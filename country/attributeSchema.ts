import type { SchemaFile, SchemaFileField } from './packFiles.ts';

// Longer than any line of an address, short enough for a transaction and for a country's own regular expressions.
const longestText = 1000;
/** Every ID object of MOSIP names its schema version; here the event does (`data.schema`), so it is no attribute of a person. */
export const schemaVersionField = 'IDSchemaVersion';
const definitionPrefix = '#/definitions/';
type JsonSchema = Readonly<Record<string, unknown>>;

/** What a field's values are made of: MOSIP's `simpleType` is a text per language, other custom types are objects. */
export function customTypeOf(field: SchemaFileField): string | undefined {
  return field.$ref?.slice(definitionPrefix.length);
}

/** Builds the JSON Schema of one person's attributes that ajv enforces, from the pack's annotated schema. */
export function attributeSchemaOf(
  { definitions, properties: { identity } }: SchemaFile,
  rules: {
    readonly languages: readonly string[];
    readonly slashDates: readonly string[];
    readonly filledByRegistry: readonly string[];
  },
): JsonSchema {
  const valueOf = ([name, field]: [string, SchemaFileField]): [string, JsonSchema] => {
    const type = customTypeOf(field);
    if (type === 'simpleType') return [name, textByLanguage(field, rules.languages)];
    if (type !== undefined) return [name, { type: 'object', ...definitions[type] }];
    return [name, plainValue(field, rules.slashDates.includes(name))];
  };
  const isFilledByRegistry = (name: string): boolean =>
    name === schemaVersionField || rules.filledByRegistry.includes(name);
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.entries(identity.properties)
        .filter(([name]) => !isFilledByRegistry(name))
        .map(valueOf),
    ),
  };
}

function textByLanguage(field: SchemaFileField, languages: readonly string[]): JsonSchema {
  return {
    type: 'array',
    minItems: 1,
    maxItems: languages.length,
    onePerLanguage: true,
    items: {
      type: 'object',
      additionalProperties: false,
      required: ['language', 'value'],
      properties: { language: { type: 'string', enum: languages }, value: { type: 'string', maxLength: longestText } },
      ...allOf(field.validators.map(inItsLanguage)),
    },
  };
}

function plainValue(field: SchemaFileField, slashDate: boolean): JsonSchema {
  const { minimum, maximum, minLength } = field;
  if (field.type !== 'string') return defined({ type: field.type, minimum, maximum });
  return defined({
    type: 'string',
    minLength,
    maxLength: field.maxLength ?? longestText,
    enum: field.enum,
    // MOSIP uses the word `format` for letter case; only JSON Schema's own `date` is a rule about values.
    format: slashDate ? 'slash-date' : field.format === 'date' ? 'date' : undefined,
    ...allOf(field.validators.map(({ validator }) => ({ type: 'string', pattern: wholeText(validator) }))),
  });
}

/** A validator with a `langCode` judges the texts of that language only. */
function inItsLanguage({ validator, langCode }: SchemaFileField['validators'][number]): JsonSchema {
  const then = { type: 'object', properties: { value: { type: 'string', pattern: wholeText(validator) } } };
  if (langCode === undefined) return then;
  return { if: { type: 'object', properties: { language: { type: 'string', const: langCode } } }, then };
}

// JSON Schema takes no empty list here.
function allOf(schemas: readonly JsonSchema[]): JsonSchema {
  return schemas.length === 0 ? {} : { allOf: schemas };
}

// MOSIP matches a validator against the whole text, as Java's `matches` does.
function wholeText(validator: string): string {
  return `^(?:${validator})$`;
}

function defined(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined));
}
