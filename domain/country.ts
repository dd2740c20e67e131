import type { NumberRules } from './identity/number.ts';
import type { IdentitySchema, SchemaField } from './identitySchema/events.ts';

/** One attribute as a country pack describes it: what the ledger must know, and what the screens and the API need. */
export type CountryField = SchemaField & {
  /** MOSIP's field category: `kyc` and `pvt` may be asked for, `none`, `evidence` and `optional` stay inside. */
  readonly category: 'none' | 'pvt' | 'kyc' | 'evidence' | 'optional';
  readonly required: boolean;
  /** Shape of a single value: text, whole number, or an object (document, biometric reference) that leaves as JSON. */
  readonly kind: 'text' | 'number' | 'object';
  readonly label: Readonly<Record<string, string>>;
};

/** A country pack, loaded and checked: everything that makes this registry this country's, and no code. */
export type Country = {
  /** Folder name of the pack. */
  readonly name: string;
  /** Demo packs may hand out tokens without a login; no other may. */
  readonly demo: boolean;
  readonly schemaVersion: number;
  readonly fields: readonly CountryField[];
  /** JSON Schema (draft-07) of one person's attributes, as ajv takes it: `{name: value…}`. */
  readonly attributeSchema: Readonly<Record<string, unknown>>;
  /** SHA-256 (base64url) of the pack's `schema.json` in canonical bytes. */
  readonly source: string;
  readonly number: NumberRules;
  readonly languages: { readonly all: readonly string[]; readonly rightToLeft: readonly string[] };
  /** Attribute class → agencies that hold it. */
  readonly classes: Readonly<Record<string, { readonly members: readonly string[] }>>;
  /** Agencies that endorse, and how many of them must agree. */
  readonly endorsement: { readonly agencies: readonly string[]; readonly required: number };
  /** All agencies, the ones that only order included, with their names by language. */
  readonly agencies: readonly {
    readonly name: string;
    readonly label: Readonly<Record<string, string>>;
    readonly peer: boolean;
  }[];
  /** How columns of a people file become attributes; absent where the pack has no file to import. */
  readonly importMapping?: ImportMapping;
};

/** How one row of a CSV file becomes a person. */
export type ImportMapping = {
  /** Column that holds the enrolment id: unique, so an interrupted import goes on where it stopped. */
  readonly enrolmentId: string;
  /** The language of texts in the file. */
  readonly language: string;
  readonly columns: readonly { readonly column: string; readonly attribute: string; readonly as: 'text' | 'date' }[];
};

/** The identity schema that a country puts on the ledger: of each field what the ledger must know, and no more. */
export function identitySchemaOf({
  schemaVersion,
  fields,
  classes,
  languages,
  number,
  source,
}: Country): IdentitySchema {
  return {
    version: schemaVersion,
    fields: fields.map(({ name, class: className, multilingual, handle }) => ({
      name,
      class: className,
      multilingual,
      handle,
    })),
    classes,
    languages: languages.all,
    number,
    source,
  };
}
