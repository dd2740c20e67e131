import type { NumberRules } from '../identity/number.ts';

/** One attribute of a person, as far as the ledger must know it; value rules stay in the country pack's JSON Schema. */
export type SchemaField = {
  readonly name: string;
  readonly class: string;
  /** Its value is a list of `{language, value}`. */
  readonly multilingual: boolean;
  /** Only one identity may have a given value of it (MOSIP: handle). */
  readonly handle: boolean;
};

/** The registry's rules about attributes: what exists, in which class, and which agencies hold each class. */
export type IdentitySchema = {
  readonly version: number;
  readonly fields: readonly SchemaField[];
  /** Attribute class → agencies that hold its private data. The class of consents' terms is `consent`. */
  readonly classes: Readonly<Record<string, { readonly members: readonly string[] }>>;
  /** ISO 639-2 codes. */
  readonly languages: readonly string[];
  /** Rules of the identity number and the attribute that holds it. */
  readonly number: NumberRules;
  /** SHA-256 of the country pack's JSON Schema (canonical bytes). */
  readonly source: string;
};

export type IdentitySchemaPublished = { readonly type: 'IdentitySchemaPublished'; readonly data: IdentitySchema };
export type IdentitySchemaEvent = IdentitySchemaPublished;

/** There is one schema stream; its versions are published one after the other. */
export const schemaStream = 'identitySchema-country';
