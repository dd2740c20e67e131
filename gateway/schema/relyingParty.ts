import { Refused } from '../refused.ts';
import type { Builder } from './builder.ts';
import type { Words } from './country.ts';
import { officerOrder } from './officerOrder.ts';
import type { ReceiptRef } from './receipt.ts';
import { namesByLanguage, withoutNulls, type RegistryInputs } from './registryInputs.ts';

type Types = { readonly words: Words; readonly receipt: ReceiptRef; readonly inputs: RegistryInputs };

const errors = { types: [Refused] };
const streamOf = (id: string) => `relyingParty-${id}`;

/** What partner managers can do to relying parties. */
export function addRelyingParty(builder: Builder, types: Types): void {
  addRegistration(builder, types);
  addApproval(builder, types);
  builder.mutationField('assignSharingPolicy', (t) =>
    t.withAuth({ officer: true }).field({
      type: types.receipt,
      description: 'Puts a party under a policy; without one nothing is released to it.',
      errors,
      args: { id: t.arg.id({ required: true }), policy: t.arg.id({ required: true }) },
      resolve: (_root, { id, policy }, context) =>
        officerOrder(context, streamOf(id), { type: 'AssignSharingPolicy', data: { policy } }),
    }),
  );
}

function addRegistration(builder: Builder, { receipt, inputs }: Types): void {
  builder.mutationField('registerRelyingParty', (t) =>
    t.withAuth({ officer: true }).field({
      type: receipt,
      description: 'A party applies: its keys sign its requests for tokens, its intended uses bound what it can get.',
      errors,
      args: {
        id: t.arg.id({ required: true, description: 'Also its OAuth client id.' }),
        name: t.arg({ type: [inputs.text], required: true }),
        keys: t.arg({ type: [inputs.key], required: true }),
        intendedUses: t.arg({ type: [inputs.use], required: true }),
      },
      resolve: (_root, { id, name, keys, intendedUses }, context) =>
        officerOrder(context, streamOf(id), {
          type: 'RegisterRelyingParty',
          data: { name: namesByLanguage(name), keys: keys.map(withoutNulls), intendedUses },
        }),
    }),
  );
}

function addApproval(builder: Builder, { words, receipt }: Types): void {
  builder.mutationFields((t) => ({
    approveRelyingParty: t.withAuth({ officer: true }).field({
      type: receipt,
      description: 'Lets a party get tokens; also lifts a suspension.',
      errors,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_root, { id }, context) =>
        officerOrder(context, streamOf(id), { type: 'ApproveRelyingParty', data: {} }),
    }),
    suspendRelyingParty: t.withAuth({ officer: true }).field({
      type: receipt,
      description: 'The party gets no answer from its next request on, whatever tokens it still has.',
      errors,
      args: { id: t.arg.id({ required: true }), reason: t.arg({ type: words.reason, required: true }) },
      resolve: (_root, { id, reason }, context) =>
        officerOrder(context, streamOf(id), { type: 'SuspendRelyingParty', data: { reason } }),
    }),
  }));
}
