import type { Builder } from './builder.ts';
import type { Words } from './country.ts';

/** Inputs that several nouns share. */
export function addRegistryInputs(builder: Builder, words: Words) {
  return {
    text: builder.inputType('TextInput', {
      description: 'A text in one language.',
      fields: (t) => ({
        language: t.field({ type: words.language, required: true }),
        value: t.string({ required: true }),
      }),
    }),
    use: builder.inputType('PurposeAttributesInput', {
      description: 'Attributes for a purpose.',
      fields: (t) => ({
        purpose: t.field({ type: words.purpose, required: true }),
        attributes: t.field({ type: [words.attribute], required: true }),
      }),
    }),
    key: builder.inputType('PublicKeyInput', {
      description: 'A public JWK: EC with P-256, or OKP with Ed25519 (without y).',
      fields: (t) => ({
        kty: t.string({ required: true }),
        crv: t.string({ required: true }),
        x: t.string({ required: true }),
        y: t.string(),
        kid: t.string(),
      }),
    }),
  };
}

/** The input types of several nouns. */
export type RegistryInputs = ReturnType<typeof addRegistryInputs>;

/** `{language: name}`, as commands carry names. */
export function namesByLanguage(names: readonly { readonly language: string; readonly value: string }[]) {
  return Object.fromEntries(names.map(({ language, value }) => [language, value]));
}

/** GraphQL may say null where a command leaves a member out. */
export function withoutNulls(written: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== null && value !== undefined));
}
