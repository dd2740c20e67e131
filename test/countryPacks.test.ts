import { afterEach, describe, expect, it } from '@jest/globals';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCountry, packFolder } from '#country/loadCountry.ts';
import { findDemo } from '#country/loadDemo.ts';
import { PublishIdentitySchema } from '#domain/identitySchema/commands.ts';
import { createAttributeCheck } from '#gateway/offices/attributeCheck.ts';
import { printCountrySchema } from '#gateway/schema/schema.ts';
import { personOf } from '#cli/people/personOf.ts';
import { readPeople } from '#cli/people/readPeople.ts';
import { mosipPerson } from './mosipPerson.ts';

const english = (value: string) => [{ language: 'eng', value }];
const temporaryFolders: string[] = [];

async function copyOfDemo(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'plinth-pack-'));
  temporaryFolders.push(parent);
  const folder = join(parent, 'renamed');
  await cp(packFolder('demo'), folder, { recursive: true });
  return folder;
}

async function edit(folder: string, file: string, change: (text: string) => string): Promise<void> {
  const path = join(folder, file);
  await writeFile(path, change(await readFile(path, 'utf8')));
}

afterEach(async () => {
  await Promise.all(temporaryFolders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

describe('the demo pack', () => {
  it('gives the ledger a schema that can be published', async () => {
    const { fields, classes, languages, number, source, schemaVersion } = await loadCountry('demo');
    const data = {
      version: schemaVersion,
      fields: fields.map(({ name, class: of, multilingual, handle }) => ({ name, class: of, multilingual, handle })),
      classes,
      languages: languages.all,
      number,
      source,
    };
    expect(PublishIdentitySchema.parse({ type: 'PublishIdentitySchema', data }).data).toEqual(data);
  });

  it('sorts attributes into classes, and says which texts have a language', async () => {
    const { fields } = await loadCountry('demo');
    const field = (name: string) => fields.find((each) => each.name === name);
    expect(field('givenName')).toMatchObject({
      class: 'identification',
      multilingual: true,
      kind: 'text',
      category: 'kyc',
    });
    expect(field('postcode')).toMatchObject({ class: 'contact', multilingual: false, kind: 'text' });
    expect(field('faceReference')).toMatchObject({ class: 'biometric-reference', kind: 'object' });
    expect(field('surname')?.label).toEqual({ eng: 'Surname', ara: 'اسم العائلة' });
  });

  it('lets 997 of the 1,000 people in and refuses three days of birth that do not exist', async () => {
    const country = await loadCountry('demo');
    const mapping = country.importMapping;
    if (mapping === undefined) throw new Error('the demo pack has a mapping');
    const check = createAttributeCheck(country);
    const faults = [];
    for await (const row of readPeople(join(packFolder('demo'), 'people-febrl1.csv'), mapping)) {
      faults.push(...check(personOf(row, country, mapping).attributes));
    }
    expect(faults).toEqual(Array.from({ length: 3 }, () => ({ attribute: 'dateOfBirth', rule: 'format' })));
  });
});

describe("MOSIP's sample pack", () => {
  it('builds its interface from the schema as published', async () => {
    const text = printCountrySchema(await loadCountry('mosip-sample'));
    expect(text).toMatch(/fullName\([^)]*language: Language/s);
    expect(text).toContain('proofOfException_1: JSON');
  });

  it('shows no demo content, having none', async () => {
    expect(await findDemo('mosip-sample', await loadCountry('mosip-sample'))).toBeUndefined();
  });

  it('holds the schema as published and still knows every field', async () => {
    const { fields, number } = await loadCountry('mosip-sample');
    expect(fields.map(({ name }) => name)).toContain('proofOfException-1');
    expect(fields.map(({ name }) => name)).not.toContain('IDSchemaVersion');
    expect(number.attribute).toBe('UIN');
    expect(fields.find(({ name }) => name === 'individualBiometrics')?.class).toBe('biometric-reference');
  });

  it('takes a complete person', async () => {
    expect(createAttributeCheck(await loadCountry('mosip-sample'))(mosipPerson)).toEqual([]);
  });

  it.each([
    ['fullName', english('ab'), 'pattern'],
    ['fullName', [...english('Amina'), ...english('Haddad')], 'onePerLanguage'],
    ['fullName', [{ language: 'fra', value: 'Amina' }], 'language'],
    ['fullName', 'Amina', 'type'],
    ['dateOfBirth', '1984/02/30', 'format'],
    ['dateOfBirth', '1984-02-29', 'pattern'],
    ['postalCode', '1402', 'pattern'],
    ['phone', undefined, 'required'],
    ['proofOfIdentity', { format: 'x'.repeat(100_001) }, 'size'],
    ['individualBiometrics', { version: -1 }, 'minimum'],
    ['UIN', '2345678901', 'unknown'],
  ])('names %s and the broken rule, never the value', async (attribute, value, rule) => {
    const faults = createAttributeCheck(await loadCountry('mosip-sample'))({ ...mosipPerson, [attribute]: value });
    expect(faults).toContainEqual({ attribute, rule });
  });

  it('asks for the attributes of one class, or for none, where a command writes only these', async () => {
    const check = createAttributeCheck(await loadCountry('mosip-sample'));
    expect(check({ phone: mosipPerson.phone }, { partial: true })).toEqual([]);
    expect(check({ individualBiometrics: mosipPerson.individualBiometrics }, { class: 'biometric-reference' })).toEqual(
      [],
    );
    expect(check({ phone: mosipPerson.phone }, { partial: true, class: 'identification' })).toEqual([
      { attribute: 'phone', rule: 'class' },
    ]);
  });
});

describe('a country that calls the given name something else', () => {
  it('changes its pack and no code', async () => {
    const folder = await copyOfDemo();
    const rename = (text: string) => text.replaceAll('"givenName"', '"firstName"');
    await edit(folder, 'schema.json', rename);
    await edit(folder, 'import.json', rename);
    await edit(folder, 'demo.json', rename);
    const country = await loadCountry(folder);
    const mapping = country.importMapping;
    if (mapping === undefined) throw new Error('the pack has a mapping');
    const { attributes } = personOf(
      { line: 2, enrolmentId: 'rec-1', values: { given_name: 'mira', surname: '' } },
      country,
      mapping,
    );
    expect(attributes).toEqual({ firstName: english('mira') });
    expect(createAttributeCheck(country)(attributes)).toEqual([]);
    expect(createAttributeCheck(country)({ givenName: english('mira') })).toEqual([
      { attribute: 'givenName', rule: 'unknown' },
    ]);
    expect(printCountrySchema(country)).toContain('firstName');
    expect(printCountrySchema(country)).not.toContain('givenName');
    const demo = await findDemo(folder, country);
    expect(demo?.policies['health-care']?.matching).toContain('firstName');
  });
});

describe('a pack with a mistake', () => {
  it.each([
    ['languages.json', '{', 'languages.json: is not JSON'],
    ['pack.json', '{"demo":"yes","schemaVersion":1}', 'at demo'],
    [
      'import.json',
      '{"enrolmentId":"a","language":"eng","columns":[{"column":"b","attribute":"shoe","as":"text"}]}',
      'shoe',
    ],
    ['languages.json', '{"all":["eng"],"rightToLeft":["ara"]}', 'ara'],
    ['endorsement.json', '{"required":1,"agencies":[]}', 'at agencies'],
  ])('is told about by file and place: %s', async (file, text, named) => {
    const folder = await copyOfDemo();
    await edit(folder, file, () => text);
    await expect(loadCountry(folder)).rejects.toMatchObject({
      code: 'ERR_COUNTRY_PACK',
      message: expect.stringContaining(named) as unknown,
    });
  });

  it('misses no file silently', async () => {
    const folder = await copyOfDemo();
    await rm(join(folder, 'numbers.json'));
    await expect(loadCountry(folder)).rejects.toThrow('ERR_COUNTRY_PACK: numbers.json: is missing');
  });

  it('is missed by its name when there is none', async () => {
    await expect(loadCountry('atlantis')).rejects.toThrow('ERR_COUNTRY_PACK: atlantis: there is no such country pack');
  });

  it('is refused when a validator is no regular expression', async () => {
    const folder = await copyOfDemo();
    await edit(folder, 'schema.json', (text) => text.replaceAll('^[0-9]{4}$', '^[0-9'));
    await expect(loadCountry(folder)).rejects.toThrow('not a regular expression');
  });
});
