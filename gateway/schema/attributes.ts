import * as z from 'zod';
import type { Country, CountryField } from '#domain/country.ts';
import type { Builder, ObjectFields } from './builder.ts';
import type { AttributeValues, Words } from './country.ts';
import { graphqlName } from './graphqlName.ts';

// Made once: zod spends more on making such a schema than on using it.
const TextsByLanguage = z
  .array(z.object({ language: z.string(), value: z.string() }))
  .nullish()
  .catch(null);
const NumberOrNull = z.number().nullish().catch(null);
const TextOrNull = z.string().nullish().catch(null);

/** `IdentityAttributes`: the country's own attributes as fields; texts in several languages take the one that is wanted. */
export function addAttributes(builder: Builder, country: Country, words: Words) {
  return builder.objectRef<AttributeValues>('IdentityAttributes').implement({
    description: 'What the registry holds about a person. Null: not held, or not released.',
    fields: (t) =>
      Object.fromEntries(country.fields.map((field) => [graphqlName(field.name), fieldOf(t, field, words)])),
  });
}

// A value of another kind than today's schema says (an older schema, a node that did not check) is no reason to withhold the
// rest: its field is null, and the signed answer still holds it as it is.
function fieldOf(t: ObjectFields<AttributeValues>, field: CountryField, words: Words) {
  const { name, kind, multilingual } = field;
  const common = { nullable: true, description: field.label['eng'] ?? name } as const;
  if (multilingual)
    return t.string({
      ...common,
      args: { language: t.arg({ type: words.language, description: 'By default the first one that is held.' }) },
      resolve: (values, { language }) => textIn(values.get(name), language ?? undefined),
    });
  if (kind === 'object') return t.field({ ...common, type: 'JSON', resolve: (values) => values.get(name) });
  if (kind === 'number') return t.float({ ...common, resolve: (values) => NumberOrNull.parse(values.get(name)) });
  return t.string({ ...common, resolve: (values) => TextOrNull.parse(values.get(name)) });
}

function textIn(value: unknown, language: string | undefined): string | undefined {
  const texts = TextsByLanguage.parse(value) ?? [];
  const wanted = language === undefined ? texts[0] : texts.find((text) => text.language === language);
  return wanted?.value;
}
