import type { Command, LedgerEvent } from './envelope.ts';
import { Refusal } from './refusal.ts';
import { canonicalJson } from './seal/canonical.ts';
import { sha256 } from './seal/digest.ts';

/** What is proposed, approved and then carried out: a command without its id, its author and what its author had seen. */
export type ProposedOrder = Pick<Command, 'stream' | 'type' | 'data'> & {
  readonly sealed?: Command['sealed'] | undefined;
};

/** Who agreed to what is being done: officers of two agencies. */
export type Approval = {
  readonly proposal: string;
  readonly proposedBy: LedgerEvent['by'];
  readonly approvedBy: LedgerEvent['by'];
};

/** For what could ruin a life or open the registry to others: one agency alone cannot do it. */
export function demandApproval({ approval }: { readonly approval?: Approval }): void {
  if (approval === undefined)
    throw new Refusal('ERR_APPROVAL_MISSING', 'this takes a proposal that an officer of a second agency has approved');
}

/** What stands for an order where somebody signs it: base64url SHA-256 of its canonical bytes. */
export function orderDigest(order: ProposedOrder): string {
  return sha256(canonicalJson(termsOf(order)));
}

/** Whether two orders ask for the same, private values included. */
export function isSameOrder(one: ProposedOrder, other: ProposedOrder): boolean {
  return canonicalJson(termsOf(one)) === canonicalJson(termsOf(other));
}

function termsOf({ stream, type, data, sealed }: ProposedOrder): ProposedOrder {
  return { stream, type, data, sealed };
}
