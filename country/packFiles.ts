import * as z from 'zod';
import { AgencyName } from '#domain/envelope.ts';
import { WrittenNumberRules } from '#domain/identitySchema/commands.ts';
import { AttributeName, ClassName, Language, NameByLanguage } from '#domain/names.ts';

// What the files of a country pack look like. `loadCountry` reads them; docs and errors use the file names.

/** `pack.json`: whether the country is a demo, and which version of its schema this is. */
export const PackFile = z.strictObject({
  demo: z.boolean(),
  schemaVersion: z.int().min(1),
  /** Attributes whose text must be a day that exists, where schema.json says it by a regex only. */
  slashDates: z.array(AttributeName).default([]),
});

/** `languages.json`: the languages that texts may have. */
export const LanguagesFile = z.strictObject({ all: z.array(Language).min(1).max(32), rightToLeft: z.array(Language) });

/** `numbers.json`: the rules of the identity number. */
export const NumbersFile = WrittenNumberRules;

/** `collections.json`: the attribute classes, who holds them, and what lies in them. */
export const CollectionsFile = z.strictObject({
  classes: z.record(
    ClassName,
    z.strictObject({
      // A class with one member could be lost with that member's disk.
      members: z.array(AgencyName).min(2).max(32),
      /** Attributes of this class by name, or by their custom type in schema.json; all others are `identification`. */
      attributes: z.array(AttributeName).default([]),
      types: z.array(z.string()).default([]),
    }),
  ),
});
export type CollectionsFile = z.infer<typeof CollectionsFile>;

/** `endorsement.json`: the agencies, and how many of those with a peer must agree. */
export const EndorsementFile = z.strictObject({
  required: z.int().min(1),
  agencies: z.array(z.strictObject({ name: AgencyName, label: NameByLanguage, peer: z.boolean() })).min(1),
});

/** `import.json`: what the columns of a people file mean; `language` is that of its texts. */
export const ImportFile = z.strictObject({
  enrolmentId: z.string().min(1),
  language: Language,
  columns: z
    .array(z.strictObject({ column: z.string().min(1), attribute: AttributeName, as: z.enum(['text', 'date']) }))
    .min(1),
});

const Validator = z.looseObject({
  type: z.literal('regex'),
  validator: z.string().refine(isRegex, 'not a regular expression'),
  langCode: Language.optional(),
});

/** One field as MOSIP annotates it. Loose: MOSIP's screens read further annotations that mean nothing here. */
export const SchemaFileField = z.looseObject({
  $ref: z.templateLiteral(['#/definitions/', z.string().min(1)]).optional(),
  type: z.enum(['string', 'number', 'integer']).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minLength: z.int().min(0).optional(),
  maxLength: z.int().min(0).optional(),
  enum: z.array(z.string()).min(1).optional(),
  format: z.string().optional(),
  fieldCategory: z.enum(['none', 'pvt', 'kyc', 'evidence', 'optional']),
  validators: z.array(Validator).default([]),
  handle: z.boolean().default(false),
  label: NameByLanguage.optional(),
});
export type SchemaFileField = z.infer<typeof SchemaFileField>;

/** A JSON Schema (draft-07) in MOSIP's layout: the person's attributes are `properties.identity.properties`. */
export const SchemaFile = z.looseObject({
  definitions: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  properties: z.looseObject({
    identity: z.looseObject({
      required: z.array(AttributeName).default([]),
      properties: z.record(AttributeName, SchemaFileField),
    }),
  }),
});
export type SchemaFile = z.infer<typeof SchemaFile>;

function isRegex(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}
