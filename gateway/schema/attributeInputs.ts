import type { Country, CountryField } from '#domain/country.ts';
import { consentClass, identificationClass } from '#domain/identitySchema/classes.ts';
import { Refused } from '../refused.ts';
import type { PrivateValues } from '../offices/submitOrder.ts';
import type { Builder, InputFields } from './builder.ts';
import { graphqlName } from './graphqlName.ts';
import type { RegistryInputs } from './registryInputs.ts';

/** Attributes of one class, as GraphQL hands them over: under the names the schema gives them. */
type Written = Readonly<Record<string, unknown>>;
type OneClass = Readonly<Record<string, Written | null | undefined>>;

/** Input types for the country's attributes, one for each attribute class: one command writes one class. */
export function addAttributeInputs(builder: Builder, country: Country, { text }: RegistryInputs) {
  const inputOf = (t: InputFields, { kind, multilingual }: CountryField) => {
    if (multilingual) return t.field({ type: [text] });
    if (kind === 'object') return t.field({ type: 'JSON' });
    return kind === 'number' ? t.int() : t.string();
  };
  const typeOf = (className: string) =>
    builder.inputRef<Written>(`${typeName(className)}Input`).implement({
      description: `Attributes of the class ${className}.`,
      fields: (t) =>
        Object.fromEntries(writable(country, className).map((field) => [graphqlName(field.name), inputOf(t, field)])),
    });
  const classes = Object.keys(country.classes).filter((name) => writable(country, name).length > 0);
  const types = new Map(classes.map((name) => [name, typeOf(name)]));
  const identification = types.get(identificationClass);
  if (identification === undefined) throw new Error('the country has no attributes of class identification');
  const oneClass = builder.inputRef<OneClass>('AttributesInput').implement({
    description: 'Attributes of exactly one class.',
    isOneOf: true,
    fields: (t) => Object.fromEntries([...types].map(([name, type]) => [fieldName(name), t.field({ type })])),
  });
  return { identification, oneClass };
}

/** The input types for attributes. */
export type AttributeInputs = ReturnType<typeof addAttributeInputs>;

/** Gives attributes back their own names. */
export function ownNames(country: Country, className: string, written: Written): PrivateValues {
  const values = writable(country, className)
    .map(({ name }) => [name, written[graphqlName(name)]] as const)
    .filter(([, value]) => value !== undefined && value !== null);
  return { class: className, values: Object.fromEntries(values) };
}

/** The one class that was written. */
export function onlyClass(country: Country, written: OneClass): PrivateValues {
  for (const name of Object.keys(country.classes)) {
    const values = written[fieldName(name)];
    if (values !== undefined && values !== null) return ownNames(country, name, values);
  }
  throw new Refused('ERR_CLASS_UNKNOWN', 'no attribute class is written');
}

// The registry draws the number itself; terms of consents are not written by officers.
function writable(country: Country, className: string): readonly CountryField[] {
  if (className === consentClass) return [];
  return country.fields.filter((field) => field.class === className && field.name !== country.number.attribute);
}

function fieldName(className: string): string {
  return className.replaceAll(/-([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

function typeName(className: string): string {
  const name = fieldName(className);
  return name.charAt(0).toUpperCase() + name.slice(1);
}
