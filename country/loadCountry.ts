import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { Country } from '#domain/country.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { sha256 } from '#domain/seal/digest.ts';
import { attributeSchemaOf } from './attributeSchema.ts';
import { checkPack } from './checkPack.ts';
import { fieldsOf } from './fields.ts';
import {
  CollectionsFile,
  EndorsementFile,
  ImportFile,
  LanguagesFile,
  NumbersFile,
  PackFile,
  SchemaFile,
} from './packFiles.ts';
import { PackFault } from './packFault.ts';
import { findPackFile, getPackFile } from './readPackFile.ts';

/** Folder of a country pack: the name of one that comes with Plinth, or a path. */
export function packFolder(nameOrPath: string): string {
  if (/[\\/]/.test(nameOrPath)) return resolve(nameOrPath);
  return join(fileURLToPath(new URL('.', import.meta.url)), nameOrPath);
}

/** Reads and checks a country pack. Throws a PackFault that names the file and the field. */
export async function loadCountry(nameOrPath: string): Promise<Country> {
  const folder = packFolder(nameOrPath);
  if (!existsSync(folder)) throw new PackFault(nameOrPath, 'there is no such country pack (a path needs a slash)');
  const files = await readPack(folder);
  const { pack, schema, languages, number, collections, endorsement, importMapping } = files;
  const peers = endorsement.agencies.filter(({ peer }) => peer).map(({ name }) => name);
  const classes = Object.entries(collections.classes);
  const country: Country = {
    name: basename(folder),
    demo: pack.demo,
    schemaVersion: pack.schemaVersion,
    fields: fieldsOf(schema, {
      classes: collections.classes,
      numberAttribute: number.attribute,
      languages: languages.all,
    }),
    attributeSchema: attributeSchemaOf(schema, {
      languages: languages.all,
      slashDates: pack.slashDates,
      filledByRegistry: [number.attribute],
    }),
    source: sha256(canonicalJson(files.schemaAsWritten)),
    number,
    languages,
    classes: Object.fromEntries(classes.map(([name, { members }]) => [name, { members }])),
    endorsement: { agencies: peers, required: endorsement.required },
    agencies: endorsement.agencies,
    ...(importMapping === undefined ? {} : { importMapping }),
  };
  checkPack(country, { schema, collections, slashDates: pack.slashDates });
  return country;
}

async function readPack(folder: string) {
  return {
    pack: await getPackFile(folder, 'pack.json', PackFile),
    schema: await getPackFile(folder, 'schema.json', SchemaFile),
    schemaAsWritten: await getPackFile(folder, 'schema.json', z.unknown()),
    languages: await getPackFile(folder, 'languages.json', LanguagesFile),
    number: await getPackFile(folder, 'numbers.json', NumbersFile),
    collections: await getPackFile(folder, 'collections.json', CollectionsFile),
    endorsement: await getPackFile(folder, 'endorsement.json', EndorsementFile),
    importMapping: await findPackFile(folder, 'import.json', ImportFile),
  };
}
