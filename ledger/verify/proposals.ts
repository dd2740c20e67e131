import { isSameOrder, orderDigest, type ProposedOrder } from '#domain/approval.ts';
import type { Command, LedgerEvent } from '#domain/envelope.ts';
import { Propose } from '#domain/proposal/commands.ts';
import { roleToAgree } from '#domain/proposal/orders.ts';
import { agreedTypes } from '#domain/takesAgreement.ts';
import type { Offices } from './offices.ts';
import type { TakenEvent } from './taken.ts';

type Author = LedgerEvent['by'];
/** An event by somebody whose office has been found. */
export type Authored = { readonly event: TakenEvent; readonly by: Author; readonly at: string };
type Proposed = { readonly order: ProposedOrder; readonly validUntil: string };
type Proposal = Proposed & { readonly proposedBy: Author; readonly approvedBy?: Author };

const prefix = 'proposal-';

/** What was proposed and who agreed, followed through the streams of proposals. */
export class Proposals {
  readonly #offices: Offices;
  /** Those that can still be answered or carried out. */
  readonly #standing = new Map<string, Proposal>();
  readonly #spent = new Set<string>();

  constructor(offices: Offices) {
    this.#offices = offices;
  }

  take({ event, by }: Authored): void {
    const carriedOut = event.said['proposal'];
    if (typeof carriedOut === 'string') this.#spend(carriedOut);
    if (!event.stream.startsWith(prefix)) return;
    const { type, stream } = event;
    const made = this.#standing.get(stream);
    if (type === 'ChangeProposed') this.#propose(event, by);
    else if (type === 'ProposalApproved' && made !== undefined) this.#standing.set(stream, { ...made, approvedBy: by });
    else this.#standing.delete(stream);
  }

  /** Why an event of a proposal's own stream should not be there. */
  findFault(authored: Authored): string | undefined {
    const { stream, type, data } = authored.event;
    if (!stream.startsWith(prefix)) return undefined;
    if (type === 'ChangeProposed') {
      const proposed = readProposal(data);
      return proposed === undefined ? 'it proposes nothing' : this.#sayFault(proposed, authored);
    }
    const made = this.#standing.get(stream);
    if (made === undefined) return 'it answers nothing that is open';
    return this.#sayFault(made, authored) ?? answerFault(made, authored);
  }

  /** Why this proposal does not let the command be carried out. */
  findMissing(id: string, command: Command, at: string): string | undefined {
    if (this.#spent.has(id)) return 'its proposal had been carried out before';
    const made = this.#standing.get(prefix + id);
    if (made?.approvedBy === undefined) return 'no second agency had agreed to its proposal';
    const { order, validUntil, proposedBy, approvedBy } = made;
    if (approvedBy.agency === proposedBy.agency) return 'its proposal was approved by the agency that made it';
    if (validUntil <= at) return 'the time of its proposal was over';
    if (!isSameOrder(order, command)) return 'its proposal is about another order';
    const stands = [proposedBy, approvedBy].every(({ agency, officer }) => this.#offices.find(agency, officer));
    return stands ? undefined : 'an agency or an officer who had agreed was removed since';
  }

  /** Whether somebody may propose this, or answer it, by the role and the time. */
  #sayFault({ order, validUntil }: Proposed, { by, at }: Authored): string | undefined {
    if (!agreedTypes.includes(order.type)) return 'it is about an order that takes no agreement';
    const roles = this.#offices.find(by.agency, by.officer)?.roles ?? [];
    if (!roles.includes(roleToAgree(order.type))) return `its officer has no say in ${order.type}`;
    return validUntil <= at ? 'its time was over' : undefined;
  }

  #propose({ stream, data }: TakenEvent, proposedBy: Author): void {
    const proposed = readProposal(data);
    if (proposed !== undefined) this.#standing.set(stream, { ...proposed, proposedBy });
  }

  #spend(id: string): void {
    this.#spent.add(id);
    this.#standing.delete(prefix + id);
  }
}

function readProposal(data: TakenEvent['data']): Proposed | undefined {
  return Propose.shape.data.safeParse(data).data;
}

function answerFault({ order, proposedBy, approvedBy }: Proposal, { event, by }: Authored): string | undefined {
  if (approvedBy !== undefined) return 'it answers a proposal that was approved';
  const isOwn = by.agency === proposedBy.agency;
  if (isOwn !== (event.type === 'ProposalWithdrawn')) return 'it is for another agency to say';
  if (event.type !== 'ProposalApproved' || event.data['order'] === orderDigest(order)) return undefined;
  return 'another order was signed';
}
