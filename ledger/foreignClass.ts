import type { Country } from '#domain/country.ts';
import type { RefusedOutcome } from '#domain/envelope.ts';
import { isPrivate } from './batch.ts';
import type { Submission } from './ledger.ts';

type Holder = {
  readonly agency: string;
  /** Attribute class → agencies that hold its private values. */
  readonly classes: Country['classes'];
};

/**
 * Commands whose private values go to the same agencies may share a transaction: each endorser of it sees them all. Those
 * without private values have a lane of their own.
 */
export function laneByHolders(classes: Country['classes']): (submission: Submission) => string {
  return ({ command }) => [...(classes[command.sealed?.class ?? '']?.members ?? [])].sort().join(' ');
}

/** The answer to private values of a class that the node's agency does not hold: they leave the node for nobody. */
export function foreignClassRefusal({ agency, classes }: Holder, submission: Submission): RefusedOutcome | undefined {
  const members = classes[submission.command.sealed?.class ?? '']?.members ?? [];
  if (!isPrivate(submission) || members.includes(agency)) return undefined;
  return { refused: 'ERR_CLASS_UNKNOWN', reason: 'this agency holds no such class' };
}
