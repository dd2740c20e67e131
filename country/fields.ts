import type { CountryField } from '#domain/country.ts';
import { customTypeOf, schemaVersionField } from './attributeSchema.ts';
import type { CollectionsFile, SchemaFile, SchemaFileField } from './packFiles.ts';

/** Derives the attributes of a person from the annotations of `schema.json` and the classes of `collections.json`. */
export function fieldsOf(
  { properties: { identity } }: SchemaFile,
  pack: {
    readonly classes: CollectionsFile['classes'];
    readonly numberAttribute: string;
    readonly languages: readonly string[];
  },
): readonly CountryField[] {
  const firstLanguage = pack.languages[0] ?? 'eng';
  return Object.entries(identity.properties)
    .filter(([name]) => name !== schemaVersionField)
    .map(([name, field]) => ({
      name,
      class: classOf(name, field, pack.classes),
      multilingual: customTypeOf(field) === 'simpleType',
      handle: field.handle,
      category: field.fieldCategory,
      // The registry draws the number itself, so nobody has to bring it.
      required: identity.required.includes(name) && name !== pack.numberAttribute,
      kind: kindOf(field),
      label: field.label ?? { [firstLanguage]: inWords(name) },
    }));
}

function classOf(name: string, field: SchemaFileField, classes: CollectionsFile['classes']): string {
  const type = customTypeOf(field);
  const named = Object.entries(classes).find(([, { attributes }]) => attributes.includes(name));
  const typed = Object.entries(classes).find(([, { types }]) => type !== undefined && types.includes(type));
  return (named ?? typed)?.[0] ?? 'identification';
}

function kindOf(field: SchemaFileField): CountryField['kind'] {
  const type = customTypeOf(field);
  if (type !== undefined && type !== 'simpleType') return 'object';
  return field.type === 'number' || field.type === 'integer' ? 'number' : 'text';
}

/** `addressLine1` → `Address line 1`, where a pack has no label of its own. */
function inWords(name: string): string {
  const words = name.replaceAll(/[_-]/g, ' ').replaceAll(/([a-z])([A-Z0-9])/g, '$1 $2');
  return (
    words.charAt(0).toUpperCase() + words.slice(1).replaceAll(/\b[A-Z](?=[a-z])/g, (letter) => letter.toLowerCase())
  );
}
