import type { Country } from '#domain/country.ts';

/** An attribute's name as GraphQL can write it: names of MOSIP's fields may hold hyphens. */
export function graphqlName(attribute: string): string {
  return attribute.replaceAll('-', '_');
}

/** Names for a GraphQL enum of words that are written with hyphens: `request-of-person` → `REQUEST_OF_PERSON`. */
export function enumValues<const T extends string>(words: readonly T[]): Record<string, { readonly value: T }> {
  return Object.fromEntries(words.map((value) => [value.replaceAll('-', '_').toUpperCase(), { value }]));
}

/** Throws when two attributes of a country would share a name. */
export function checkNames({ fields }: Country): void {
  const names = fields.map(({ name }) => graphqlName(name));
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new Error(`two attributes would be called ${repeated}`);
}
