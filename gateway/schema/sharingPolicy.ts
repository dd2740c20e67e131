import { Refused } from '../refused.ts';
import type { Builder } from './builder.ts';
import type { Words } from './country.ts';
import { officerOrder } from './officerOrder.ts';
import { officerProposal, validUntilArgument, type ProposedRef } from './proposed.ts';
import type { ReceiptRef } from './receipt.ts';
import { namesByLanguage, type RegistryInputs } from './registryInputs.ts';

type Types = {
  readonly words: Words;
  readonly receipt: ReceiptRef;
  readonly proposed: ProposedRef;
  readonly inputs: RegistryInputs;
};

/** What policy managers can do to sharing policies. */
export function addSharingPolicy(builder: Builder, { words, receipt, proposed, inputs }: Types): void {
  builder.mutationFields((t) => ({
    publishSharingPolicy: t.withAuth({ officer: true }).field({
      type: proposed,
      description:
        'Proposes a policy, or its next version: what may be released for a purpose, and what may be matched. Takes a policy manager.',
      errors: { types: [Refused] },
      args: {
        id: t.arg.id({ required: true }),
        name: t.arg({ type: [inputs.text], required: true }),
        rules: t.arg({ type: [inputs.use], required: true }),
        matching: t.arg({
          type: [words.attribute],
          required: true,
          description: 'Attributes that a demographic authentication may ask about.',
        }),
        validUntil: validUntilArgument(t.arg),
      },
      resolve: (_root, { id, name, rules, matching, validUntil }, context) =>
        officerProposal(context, {
          stream: `sharingPolicy-${id}`,
          type: 'PublishSharingPolicy',
          data: { name: namesByLanguage(name), rules, matching },
          validUntil,
        }),
    }),
    retireSharingPolicy: t.withAuth({ officer: true }).field({
      type: receipt,
      description: 'Parties under this policy get nothing from then on.',
      errors: { types: [Refused] },
      args: { id: t.arg.id({ required: true }), reason: t.arg({ type: words.reason, required: true }) },
      resolve: (_root, { id, reason }, context) =>
        officerOrder(context, `sharingPolicy-${id}`, { type: 'RetireSharingPolicy', data: { reason } }),
    }),
  }));
}
