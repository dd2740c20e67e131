import { orderDigest } from '#domain/approval.ts';
import type { Role } from '#domain/agency/roles.ts';
import type { Command, Fact } from '#domain/envelope.ts';
import { roleToAgree } from '#domain/proposal/orders.ts';
import { randomId } from '#gateway/randomId.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { demoSigner, type DemoOfficer } from './demoOfficers.ts';
import { commandOf, order } from './orders.ts';

/** An agency whose officers' keys lie on this machine, as in a demo, and its way to the ledger. */
export type SpeakingAgency = {
  readonly name: string;
  readonly officers: readonly DemoOfficer[];
  readonly ledger: Pick<Ledger, 'submit' | 'head'>;
};

const day = 24 * 3600 * 1000;

/**
 * Has an order that takes agreement proposed by the first agency, approved by the second and carried out by the first.
 * `harmless`: refusals of the order that say that somebody was here before. Throws on any other refusal.
 */
export async function agreeOn(
  channel: string,
  agencies: readonly SpeakingAgency[],
  { stream, ...fact }: Fact & { readonly stream: string },
  harmless?: readonly string[],
): Promise<void> {
  const [proposer, approver] = agencies;
  if (proposer === undefined || approver === undefined) throw new Error('agreement takes two agencies');
  const role = roleToAgree(fact.type);
  const proposal = randomId();
  const about = `proposal-${proposal}`;
  const validUntil = new Date(Date.now() + day).toISOString();
  const agreed = { stream, type: fact.type, data: { ...fact.data } };
  const proposed = { type: 'Propose', data: { order: agreed, validUntil } };
  await order(proposer, signed(channel, proposer, { command: commandOf(about, proposed), role }));
  const approval = commandOf(about, { type: 'ApproveProposal', data: { order: orderDigest(agreed) } });
  await order(approver, signed(channel, approver, { command: approval, role }));
  const carriedOut = { ...commandOf(stream, fact), proposal };
  await order(proposer, signed(channel, proposer, { command: carriedOut, role }), harmless);
}

type Spoken = { readonly command: Command; readonly role: Role };

// Demo officers are called like their roles.
function signed(channel: string, { officers }: SpeakingAgency, { command, role }: Spoken): Command {
  return demoSigner(channel, officers)(command, role);
}
