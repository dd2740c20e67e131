import type { Command } from '#domain/envelope.ts';
import { disclosureDigest, makeDisclosure } from '#domain/seal/disclosure.ts';
import type { Submission } from './ledger.ts';

/** Puts private values of one class beside a command, each with a fresh salt, and their digests into it. Sign it afterwards. */
export function withPrivateValues(
  command: Command,
  sealedClass: string,
  values: Readonly<Record<string, unknown>>,
): Submission {
  const disclosures = Object.entries(values).map(([name, value]) => makeDisclosure(name, value));
  const digests = disclosures.map(disclosureDigest).sort();
  return { command: { ...command, sealed: { class: sealedClass, digests } }, disclosures };
}
