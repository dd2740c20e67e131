import { Role } from '#domain/agency/roles.ts';
import { Refused } from '../refused.ts';
import type { Builder } from './builder.ts';
import type { Words } from './country.ts';
import { enumValues } from './graphqlName.ts';
import { officerOrder } from './officerOrder.ts';
import type { ReceiptRef } from './receipt.ts';
import { withoutNulls, type RegistryInputs } from './registryInputs.ts';

type Types = { readonly words: Words; readonly receipt: ReceiptRef; readonly inputs: RegistryInputs };

/** What an administrator can do in the own agency. Admitting an agency is for its node, not for an officer. */
export function addAgency(builder: Builder, { words, receipt, inputs }: Types): void {
  const role = builder.enumType('Role', { description: 'What an officer may be.', values: enumValues(Role.options) });
  builder.mutationFields((t) => ({
    addOfficer: t.withAuth({ officer: true }).field({
      type: receipt,
      description: "Adds an officer to the administrator's agency.",
      errors: { types: [Refused] },
      args: {
        officer: t.arg.id({ required: true, description: 'An opaque id; who it is stays in the agency.' }),
        key: t.arg({ type: inputs.key, required: true }),
        roles: t.arg({ type: [role], required: true }),
        validFrom: t.arg({ type: 'Instant', required: true }),
        validUntil: t.arg({ type: 'Instant' }),
      },
      resolve: (_root, { key, ...details }, context) =>
        officerOrder(context, `agency-${context.caller.agency}`, {
          type: 'AddOfficer',
          data: { ...withoutNulls(details), key: withoutNulls(key) },
        }),
    }),
    removeOfficer: t.withAuth({ officer: true }).field({
      type: receipt,
      description: "Takes an officer out of the administrator's agency; what was done stays.",
      errors: { types: [Refused] },
      args: { officer: t.arg.id({ required: true }), reason: t.arg({ type: words.reason, required: true }) },
      resolve: (_root, { officer, reason }, context) =>
        officerOrder(context, `agency-${context.caller.agency}`, { type: 'RemoveOfficer', data: { officer, reason } }),
    }),
  }));
}
