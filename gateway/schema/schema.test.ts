import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isObjectType } from 'graphql';
import { loadCountry } from '#country/loadCountry.ts';
import type { Country } from '#domain/country.ts';
import { createSchema, printCountrySchema } from './schema.ts';

const demo = await loadCountry('demo');
const attributesOf = (country: Country): readonly string[] => {
  const type = createSchema(country).getType('IdentityAttributes');
  return isObjectType(type) ? Object.keys(type.getFields()) : [];
};

describe('the schema of the demo country', () => {
  it('is the one in schema.graphql: run npm run schema after a change', () => {
    const printed = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');
    expect(printCountrySchema(demo)).toBe(printed);
  });

  it('has the attributes of the country, whatever they are called', () => {
    const renamed = demo.fields.map((field) => (field.name === 'surname' ? { ...field, name: 'clan-name' } : field));
    expect(attributesOf(demo)).toContain('surname');
    expect(attributesOf({ ...demo, fields: renamed })).toContain('clan_name');
  });

  it('lets parties ask only for what may leave the registry', () => {
    const printed = printCountrySchema(demo);
    const askable = /enum Attribute \{(.*?)\n\}/s.exec(printed)?.[1] ?? '';
    expect(askable).toContain('givenName');
    expect(askable).not.toContain(demo.number.attribute);
  });

  it('is refused when two attributes would share a name', () => {
    const [first, ...others] = demo.fields;
    if (first === undefined) throw new Error('the demo has attributes');
    const clash = [{ ...first, name: 'a-b' }, { ...first, name: 'a_b' }, ...others];
    expect(() => createSchema({ ...demo, fields: clash })).toThrow('a_b');
  });
});

describe("MOSIP's published schema", () => {
  it('builds as it is, hyphens and all', async () => {
    const country = await loadCountry('mosip-sample');
    expect(attributesOf(country)).toHaveLength(country.fields.length);
    expect(attributesOf(country)).toContain('fullName');
  });
});
