import * as z from 'zod';
import { AgencyName } from '#domain/envelope.ts';

// What the files of a country pack look like. `loadCountry` reads them; docs and errors use the file names.
const Language = z.string().regex(/^[a-z]{3}$/, 'a language is an ISO 639-2 code such as "eng"');
const Label = z.record(Language, z.string().min(1).max(200));
const FieldName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'a name begins with a letter, then letters, digits, _ and -');
const ClassName = z.string().regex(/^[a-z][a-z-]{0,63}$/, 'a class is written in small letters and hyphens');
const limit = z.int().min(0).max(32);

export const PackFile = z.strictObject({
  demo: z.boolean(),
  schemaVersion: z.int().min(1),
  /** Attributes whose text must be a day that exists, where schema.json says it by a regex only. */
  slashDates: z.array(FieldName).default([]),
});

export const LanguagesFile = z.strictObject({ all: z.array(Language).min(1).max(32), rightToLeft: z.array(Language) });

export const NumbersFile = z.strictObject({
  attribute: FieldName,
  length: z.int().min(6).max(32),
  notStartingWith: z.array(z.string().regex(/^\d{1,4}$/)).max(16),
  sequenceLimit: limit,
  repeatingLimit: limit,
  repeatingBlockLimit: limit,
  evenRunLimit: limit,
  mirrorLength: limit,
  restricted: z.array(z.string().regex(/^\d{1,32}$/)).max(64),
  refuseCyclic: z.boolean(),
});

export const CollectionsFile = z.strictObject({
  classes: z.record(
    ClassName,
    z.strictObject({
      // A class with one member could be lost with that member's disk.
      members: z.array(AgencyName).min(2).max(32),
      /** Attributes of this class by name, or by their custom type in schema.json; all others are `identification`. */
      attributes: z.array(FieldName).default([]),
      types: z.array(z.string()).default([]),
    }),
  ),
});
export type CollectionsFile = z.infer<typeof CollectionsFile>;

export const EndorsementFile = z.strictObject({
  required: z.int().min(1),
  agencies: z.array(z.strictObject({ name: AgencyName, label: Label, peer: z.boolean() })).min(1),
});

export const ImportFile = z.strictObject({
  enrolmentId: z.string().min(1),
  language: Language,
  columns: z
    .array(z.strictObject({ column: z.string().min(1), attribute: FieldName, as: z.enum(['text', 'date']) }))
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
  label: Label.optional(),
});
export type SchemaFileField = z.infer<typeof SchemaFileField>;

/** A JSON Schema (draft-07) in MOSIP's layout: the person's attributes are `properties.identity.properties`. */
export const SchemaFile = z.looseObject({
  definitions: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  properties: z.looseObject({
    identity: z.looseObject({
      required: z.array(FieldName).default([]),
      properties: z.record(FieldName, SchemaFileField),
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
