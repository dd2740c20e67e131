import type { Fact } from '#domain/envelope.ts';
import type { OfficerContext } from '../context.ts';
import { proposeOrder, type Proposed } from '../offices/proposeOrder.ts';
import type { ArgumentFields, Builder } from './builder.ts';

/** What an order comes back with that a second agency has to agree to. */
export function addProposed(builder: Builder) {
  return builder.objectRef<Proposed>('Proposed').implement({
    description: 'Nothing is done yet: an officer of another agency has to approve it.',
    fields: (t) => ({
      proposal: t.exposeID('proposal', { description: 'What the other officer approves or rejects.' }),
      validUntil: t.expose('validUntil', { type: 'Instant', description: 'Until then it can be carried out.' }),
      block: t.exposeInt('block', { description: 'Block of the ledger in which the proposal stands.' }),
    }),
  });
}

/** The type `Proposed` of the schema. */
export type ProposedRef = ReturnType<typeof addProposed>;

/** The argument of every order that takes agreement. */
export function validUntilArgument(t: ArgumentFields) {
  return t({ type: 'Instant', description: 'Until when the other agency can agree: 90 days at most, by default 30.' });
}

type Agreed = Fact & { readonly stream: string; readonly validUntil: string | null | undefined };

/** Proposes an order without private values in the name of the officer who asks. */
export function officerProposal(
  context: OfficerContext,
  { stream, type, data, validUntil }: Agreed,
): Promise<Proposed> {
  return proposeOrder(context, { stream, type, data: { ...data }, officer: context.caller }, validUntil);
}
