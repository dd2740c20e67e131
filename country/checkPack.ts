import type { Country } from '#domain/country.ts';
import type { CollectionsFile, SchemaFile } from './packFiles.ts';
import { PackFault } from './packFault.ts';

/** Checks what no single file of a pack can say: that names in one file are known in the other. */
export function checkPack(
  country: Country,
  files: { readonly schema: SchemaFile; readonly collections: CollectionsFile; readonly slashDates: readonly string[] },
): void {
  const names = new Set(country.fields.map(({ name }) => name));
  const known = (file: string, attributes: readonly string[]): void => {
    const stranger = attributes.find((attribute) => !names.has(attribute));
    if (stranger !== undefined) throw new PackFault(file, `attribute "${stranger}" is not in schema.json`);
  };
  known('pack.json', files.slashDates);
  known('numbers.json', [country.number.attribute]);
  known(
    'collections.json',
    Object.values(files.collections.classes).flatMap(({ attributes }) => attributes),
  );
  known('import.json', country.importMapping?.columns.map(({ attribute }) => attribute) ?? []);
  checkSchema(files.schema);
  checkNumber(country);
  checkClasses(country);
  checkEndorsement(country);
  checkLanguages(country);
}

function checkSchema({ definitions, properties: { identity } }: SchemaFile): void {
  for (const [name, { $ref, type }] of Object.entries(identity.properties)) {
    if (($ref === undefined) === (type === undefined)) {
      throw new PackFault('schema.json', `field "${name}" needs either a "type" or a "$ref"`);
    }
    if ($ref !== undefined && definitions[$ref.slice('#/definitions/'.length)] === undefined) {
      throw new PackFault('schema.json', `field "${name}" refers to ${$ref}, which is not defined`);
    }
  }
  const missing = identity.required.find((name) => identity.properties[name] === undefined);
  if (missing !== undefined) throw new PackFault('schema.json', `required field "${missing}" is not defined`);
}

function checkNumber({ number, fields }: Country): void {
  const field = fields.find(({ name }) => name === number.attribute);
  if (field?.class !== 'identification' || field.kind !== 'text' || field.multilingual) {
    throw new PackFault('numbers.json', `attribute "${number.attribute}" must be a plain text of class identification`);
  }
}

function checkClasses({ classes, endorsement }: Country): void {
  const missing = ['identification', 'consent'].find((name) => classes[name] === undefined);
  if (missing !== undefined) throw new PackFault('collections.json', `class "${missing}" is missing`);
  for (const [name, { members }] of Object.entries(classes)) {
    const stranger = members.find((member) => !endorsement.agencies.includes(member));
    if (stranger === undefined) continue;
    throw new PackFault('collections.json', `"${stranger}" of class "${name}" is no agency with a peer`);
  }
}

function checkEndorsement({ endorsement }: Country): void {
  if (endorsement.required > endorsement.agencies.length) {
    throw new PackFault('endorsement.json', 'more agencies are required than have a peer');
  }
}

function checkLanguages({ languages, importMapping }: Country): void {
  const used = [...languages.rightToLeft, ...(importMapping === undefined ? [] : [importMapping.language])];
  const stranger = used.find((language) => !languages.all.includes(language));
  if (stranger !== undefined) throw new PackFault('languages.json', `language "${stranger}" is not in "all"`);
}
