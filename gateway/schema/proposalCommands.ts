import { approveProposal, carryOutProposal, closeProposal, type Approved } from '../offices/answerProposal.ts';
import { Refused } from '../refused.ts';
import type { Builder } from './builder.ts';
import type { Words } from './country.ts';
import type { ReceiptRef } from './receipt.ts';

type CommandTypes = { readonly words: Words; readonly receipt: ReceiptRef };

const errors = { types: [Refused] };

/** What officers can say about a proposal. */
export function addProposalCommands(builder: Builder, types: CommandTypes): void {
  addApproval(builder, types);
  addClosings(builder, types);
  builder.mutationField('carryOutProposal', (t) =>
    t.withAuth({ officer: true }).field({
      type: types.receipt,
      description: 'Carries out the very order that was agreed on, once. Takes the role that the order takes.',
      errors,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_root, { id }, context) => carryOutProposal(context, { proposal: id, officer: context.caller }),
    }),
  );
}

function addApproval(builder: Builder, { receipt }: CommandTypes): void {
  const approved = builder.objectRef<Approved>('Approved').implement({
    description: 'Two agencies agree.',
    fields: (t) => ({
      proposal: t.exposeID('proposal'),
      block: t.exposeInt('block', { description: 'Block of the ledger in which the approval stands.' }),
      carriedOut: t.field({
        type: receipt,
        nullable: true,
        description:
          'What came of carrying it out at once; the approval stands in any case. Null when it was left for later, or for the agency ' +
          'that it is about: one enters, and asks for keys, by itself.',
        errors: { types: [Refused], union: { name: 'CarriedOutAnswer' } },
        resolve: ({ carriedOut }) => {
          if (carriedOut instanceof Refused) throw carriedOut;
          return carriedOut;
        },
      }),
    }),
  });
  builder.mutationField('approveProposal', (t) =>
    t.withAuth({ officer: true }).field({
      type: approved,
      description: 'Agrees to what an officer of another agency has proposed. Takes the role that the order takes.',
      errors,
      args: {
        id: t.arg.id({ required: true }),
        andCarryOut: t.arg.boolean({
          required: true,
          defaultValue: true,
          description: 'Whether to carry it out at once; if not, carryOutProposal does.',
        }),
      },
      resolve: (_root, { id, andCarryOut }, context) =>
        approveProposal(context, { proposal: id, officer: context.caller }, andCarryOut),
    }),
  );
}

const closings = [
  ['rejectProposal', 'RejectProposal', 'Says no to what an officer of another agency has proposed.'],
  ['withdrawProposal', 'WithdrawProposal', 'Takes back what an officer of the own agency has proposed.'],
] as const;

function addClosings(builder: Builder, { words, receipt }: CommandTypes): void {
  for (const [field, type, description] of closings) {
    builder.mutationField(field, (t) =>
      t.withAuth({ officer: true }).field({
        type: receipt,
        description: `${description} Takes the role that the order takes.`,
        errors,
        args: { id: t.arg.id({ required: true }), reason: t.arg({ type: words.reason, required: true }) },
        resolve: (_root, { id, reason }, context) =>
          closeProposal(context, type, { proposal: id, officer: context.caller, reason }),
      }),
    );
  }
}
