import type { RefusedOutcome } from '#domain/envelope.ts';
import type { Submission } from './ledger.ts';

type Holder = {
  readonly agency: string;
  /** Attribute class → agencies that hold its private values. */
  readonly classes: Readonly<Record<string, { readonly members: readonly string[] }>>;
};

/** The answer to private values of a class that the node's agency does not hold: they leave the node for nobody. */
export function foreignClassRefusal({ agency, classes }: Holder, submission: Submission): RefusedOutcome | undefined {
  const { command, disclosures = [] } = submission;
  const members = classes[command.sealed?.class ?? '']?.members ?? [];
  if (disclosures.length === 0 || members.includes(agency)) return undefined;
  return { refused: 'ERR_CLASS_UNKNOWN', reason: 'this agency holds no such class' };
}
