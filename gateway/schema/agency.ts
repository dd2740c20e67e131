import type { OfficerContext } from '../context.ts';
import { Refused } from '../refused.ts';
import type { Builder } from './builder.ts';
import type { Words } from './country.ts';
import { officerOrder } from './officerOrder.ts';
import type { ReceiptRef } from './receipt.ts';
import { withoutNulls, type RegistryInputs } from './registryInputs.ts';
import type { RoleRef } from './role.ts';

type Types = {
  readonly words: Words;
  readonly role: RoleRef;
  readonly receipt: ReceiptRef;
  readonly inputs: RegistryInputs;
};

const errors = { types: [Refused] };
const ownStream = ({ caller }: OfficerContext) => `agency-${caller.agency}`;

/** What an administrator can do in the own agency without asking anybody. */
export function addAgency(builder: Builder, types: Types): void {
  addOfficers(builder, types);
  addKeys(builder, types);
}

function addOfficers(builder: Builder, { words, role, receipt, inputs }: Types): void {
  builder.mutationFields((t) => ({
    addOfficer: t.withAuth({ officer: true }).field({
      type: receipt,
      description: "Adds an officer to the administrator's agency.",
      errors,
      args: {
        officer: t.arg.id({ required: true, description: 'An opaque id; who it is stays in the agency.' }),
        key: t.arg({ type: inputs.key, required: true }),
        roles: t.arg({ type: [role], required: true }),
        validFrom: t.arg({ type: 'Instant', required: true }),
        validUntil: t.arg({ type: 'Instant' }),
      },
      resolve: (_root, { key, ...details }, context) =>
        officerOrder(context, ownStream(context), {
          type: 'AddOfficer',
          data: { ...withoutNulls(details), key: withoutNulls(key) },
        }),
    }),
    removeOfficer: t.withAuth({ officer: true }).field({
      type: receipt,
      description: "Takes an officer out of the administrator's agency; what was done stays.",
      errors,
      args: { officer: t.arg.id({ required: true }), reason: t.arg({ type: words.reason, required: true }) },
      resolve: (_root, { officer, reason }, context) =>
        officerOrder(context, ownStream(context), { type: 'RemoveOfficer', data: { officer, reason } }),
    }),
  }));
}

function addKeys(builder: Builder, { receipt }: Types): void {
  builder.mutationFields((t) => ({
    rotateTransportKey: t.withAuth({ officer: true }).field({
      type: receipt,
      description: "From now on private values are sealed for this key of the administrator's agency.",
      errors,
      args: {
        epoch: t.arg.int({ required: true, description: 'The one after the epoch of the key in force.' }),
        key: t.arg.string({
          required: true,
          description: "X25519, raw in base64url. Its private half has to be in the node's keystore before.",
        }),
      },
      resolve: (_root, data, context) =>
        officerOrder(context, ownStream(context), { type: 'RotateTransportKey', data }),
    }),
    rotateLogKey: t.withAuth({ officer: true }).field({
      type: receipt,
      description: "From now on the administrator's agency signs checkpoints with this key.",
      errors,
      args: { key: t.arg.string({ required: true, description: 'Ed25519, raw in base64url.' }) },
      resolve: (_root, data, context) => officerOrder(context, ownStream(context), { type: 'RotateLogKey', data }),
    }),
  }));
}
