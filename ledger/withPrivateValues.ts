import type { Command, SealedReference } from '#domain/envelope.ts';
import { disclosureDigest, makeDisclosure } from '#domain/seal/disclosure.ts';
import type { Submission } from './ledger.ts';

/** Puts private values of one class beside a command, each with a fresh salt, and their digests into it. Sign it afterwards. */
export function withPrivateValues(
  command: Command,
  sealedClass: string,
  values: Readonly<Record<string, unknown>>,
): Submission {
  return withDisclosures(command, { class: sealedClass, disclosures: makeDisclosures(values) });
}

/** Disclosures of one attribute class. */
export type Disclosed = { readonly class: string; readonly disclosures: readonly string[] };

/** The same with disclosures that are there already: a proposal and its order carry the same ones. */
export function withDisclosures(command: Command, disclosed: Disclosed): Submission {
  return { command: { ...command, sealed: sealedReference(disclosed) }, disclosures: disclosed.disclosures };
}

/** What stands in public for private values. */
export function sealedReference({ class: sealedClass, disclosures }: Disclosed): SealedReference {
  return { class: sealedClass, digests: disclosures.map(disclosureDigest).sort() };
}

/** Discloses values by name, each with a fresh salt. */
export function makeDisclosures(values: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(values).map(([name, value]) => makeDisclosure(name, value));
}
