import type { Country, CountryField } from '#domain/country.ts';
import { Purpose } from '#domain/purpose.ts';
import { Reason } from '#domain/reasons.ts';
import type { Builder } from './builder.ts';
import { checkNames, enumValues, graphqlName } from './graphqlName.ts';

/** Values of a person's attributes, by attribute. */
export type AttributeValues = ReadonlyMap<string, unknown>;

/** Whether a party can ever ask for an attribute; the others stay inside the registry (MOSIP's field categories). */
function mayBeAskedFor({ category }: CountryField): boolean {
  return category === 'kyc' || category === 'pvt';
}

/** Adds the words a country brings into the schema: its attributes and languages; and the registry's purposes and reasons. */
export function addCountry(builder: Builder, country: Country) {
  checkNames(country);
  const attribute = enumOf(builder, 'Attribute', country.fields.filter(mayBeAskedFor), 'What a party can ask for.');
  const handles = country.fields.filter(({ handle }) => handle);
  return {
    attribute,
    handle: handles.length === 0 ? undefined : enumOf(builder, 'Handle', handles, 'What can identify one person.'),
    language: builder.enumType('Language', {
      description: 'ISO 639-2.',
      values: Object.fromEntries(country.languages.all.map((value) => [value, { value }])),
    }),
    purpose: builder.enumType('Purpose', {
      description: 'Why data are asked for: a term of the W3C Data Privacy Vocabulary 2.3.',
      values: Object.fromEntries(Purpose.options.map((value) => [value, { value }])),
    }),
    reason: builder.enumType('Reason', {
      description: 'Chosen from a list: free text would stand on a public ledger for ever.',
      values: enumValues(Reason.options),
    }),
  };
}

/** The enums of a country's schema. */
export type Words = ReturnType<typeof addCountry>;

function enumOf(builder: Builder, name: string, fields: readonly CountryField[], description: string) {
  const values = fields.map((field) => [
    graphqlName(field.name),
    { value: field.name, description: field.label['eng'] ?? Object.values(field.label)[0] },
  ]);
  return builder.enumType(name, {
    description,
    values: Object.fromEntries(values) as Record<string, { value: string }>,
  }); // of exactly these entries
}
