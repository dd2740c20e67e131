import { Ajv, type ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';
import type { Country } from '#domain/country.ts';

/** An attribute that does not fit, and which rule it breaks; never its value. */
type AttributeFault = { readonly attribute: string; readonly rule: string };

/**
 * How complete the attributes have to be. By default the whole person: every required attribute must be there.
 * `class`: only attributes of that class, with all that are required in it. `partial`: nothing is required (a correction).
 */
export type AttributeCheckOptions = { readonly partial?: boolean; readonly class?: string };

/** Checks attribute values against the country's identity schema; no faults: they may be recorded. */
export type AttributeCheck = (
  attributes: Readonly<Record<string, unknown>>,
  options?: AttributeCheckOptions,
) => readonly AttributeFault[];

// Documents and templates are the largest values; a whole person has to fit into one transaction.
const largestValue = 100_000;

/** Makes the check of a country, once: compiling its schema takes long. */
export function createAttributeCheck(country: Country): AttributeCheck {
  const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true, logger: false });
  addFormats.default(ajv, ['date']);
  ajv.addFormat('slash-date', isSlashDate);
  ajv.addKeyword({ keyword: 'onePerLanguage', type: 'array', schemaType: 'boolean', validate: onePerLanguage });
  const fits = ajv.compile(country.attributeSchema);
  const classOf = new Map(country.fields.map((field) => [field.name, field.class]));

  return (attributes, options = {}) => {
    const tooLarge = Object.keys(attributes).filter((name) => sizeOf(attributes[name]) > largestValue);
    if (tooLarge.length > 0) return tooLarge.map((attribute) => ({ attribute, rule: 'size' }));
    const faults = fits(attributes) ? [] : (fits.errors ?? []).map(faultOf);
    const foreign = Object.keys(attributes)
      .filter((name) => options.class !== undefined && (classOf.get(name) ?? options.class) !== options.class)
      .map((attribute) => ({ attribute, rule: 'class' }));
    const missing = requiredOf(country, options)
      .filter((name) => attributes[name] === undefined)
      .map((attribute) => ({ attribute, rule: 'required' }));
    return withoutRepeats([...faults, ...foreign, ...missing]);
  };
}

function sizeOf(value: unknown): number {
  return value === undefined ? 0 : JSON.stringify(value).length;
}

function requiredOf(country: Country, { partial, class: only }: AttributeCheckOptions): readonly string[] {
  if (partial === true) return [];
  return country.fields
    .filter((field) => field.required && (only === undefined || field.class === only))
    .map((field) => field.name);
}

function faultOf({ instancePath, keyword, params }: ErrorObject): AttributeFault {
  if (keyword === 'additionalProperties' && instancePath === '') {
    return { attribute: String(params['additionalProperty']).slice(0, 64), rule: 'unknown' };
  }
  const [attribute = '', ...within] = instancePath.slice(1).split('/');
  return { attribute, rule: within.at(-1) === 'language' ? 'language' : keyword };
}

function withoutRepeats(faults: readonly AttributeFault[]): readonly AttributeFault[] {
  return [...new Map(faults.map((fault) => [`${fault.attribute} ${fault.rule}`, fault])).values()];
}

function onePerLanguage(wanted: boolean, values: readonly unknown[]): boolean {
  const languages = values.map((each) =>
    typeof each === 'object' && each !== null && 'language' in each ? each.language : '',
  );
  return !wanted || new Set(languages).size === languages.length;
}

/** A day that exists, written yyyy/MM/dd as in MOSIP's sample schema. */
function isSlashDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})\/(\d{2})\/(\d{2})$/.exec(text) ?? [];
  if (year === undefined) return false;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}
