import { Refused } from '../refused.ts';
import type { Builder } from './builder.ts';
import type { Words } from './country.ts';
import { officerProposal, validUntilArgument, type ProposedRef } from './proposed.ts';
import { namesByLanguage, withoutNulls, type RegistryInputs } from './registryInputs.ts';

type Types = { readonly words: Words; readonly proposed: ProposedRef; readonly inputs: RegistryInputs };

const errors = { types: [Refused] };

/** Who takes part in the registry is for administrators of two agencies to agree on. */
export function addAgencyAgreement(builder: Builder, types: Types): void {
  addAdmission(builder, types);
  const { words, proposed } = types;
  builder.mutationFields((t) => ({
    removeAgency: t.withAuth({ officer: true }).field({
      type: proposed,
      description:
        'Proposes that nothing more is taken from another agency, nor sealed for it. Takes an administrator.',
      errors,
      args: {
        agency: t.arg.id({ required: true }),
        reason: t.arg({ type: words.reason, required: true }),
        validUntil: validUntilArgument(t.arg),
      },
      resolve: (_root, { agency, reason, validUntil }, context) =>
        officerProposal(context, { stream: `agency-${agency}`, type: 'RemoveAgency', data: { reason }, validUntil }),
    }),
    handOverKeys: t.withAuth({ officer: true }).field({
      type: proposed,
      description:
        "Proposes that members of a class hand the administrator's agency, off the ledger, the keys of what was sealed " +
        'before it could read. Takes an administrator.',
      errors,
      args: {
        class: t.arg.string({ required: true, description: 'The attribute class.' }),
        validUntil: validUntilArgument(t.arg),
      },
      resolve: (_root, { class: className, validUntil }, context) => {
        const order = { stream: `agency-${context.caller.agency}`, type: 'HandOverKeys', data: { class: className } };
        return officerProposal(context, { ...order, validUntil });
      },
    }),
  }));
}

function addAdmission(builder: Builder, { proposed, inputs }: Types): void {
  const { administrator, transportKey } = addAdmissionInputs(builder, inputs);
  builder.mutationField('admitAgency', (t) =>
    t.withAuth({ officer: true }).field({
      type: proposed,
      description:
        'Proposes to admit an agency, whose own node then enters: `plinth enter` there says with what. Takes an administrator.',
      errors,
      args: {
        agency: t.arg.id({ required: true, description: 'Its name, which is also that of its MSP.' }),
        name: t.arg({ type: [inputs.text], required: true }),
        transportKey: t.arg({ type: transportKey, required: true }),
        logKey: t.arg.string({ description: 'Ed25519, raw in base64url: signs its checkpoints.' }),
        nodeKey: t.arg({
          type: inputs.key,
          description: "Signs its node's answers, and its questions to other nodes.",
        }),
        administrator: t.arg({ type: administrator, required: true }),
        validUntil: validUntilArgument(t.arg),
      },
      resolve: (_root, { agency, name, transportKey, logKey, nodeKey, administrator: first, validUntil }, context) => {
        const officer = { ...withoutNulls(first), key: withoutNulls(first.key), roles: ['administrator'] };
        const keys = withoutNulls({ logKey, nodeKey: nodeKey && withoutNulls(nodeKey) });
        const data = { name: namesByLanguage(name), transportKey, ...keys, administrator: officer };
        return officerProposal(context, { stream: `agency-${agency}`, type: 'AdmitAgency', data, validUntil });
      },
    }),
  );
}

function addAdmissionInputs(builder: Builder, inputs: RegistryInputs) {
  const administrator = builder.inputType('AdministratorInput', {
    description: 'The first officer of an agency.',
    fields: (t) => ({
      officer: t.id({ required: true, description: 'An opaque id; who it is stays in the agency.' }),
      key: t.field({ type: inputs.key, required: true }),
      validFrom: t.field({ type: 'Instant', required: true }),
      validUntil: t.field({ type: 'Instant' }),
    }),
  });
  const transportKey = builder.inputType('TransportKeyInput', {
    description: 'What private values are sealed for.',
    fields: (t) => ({
      epoch: t.int({ required: true, defaultValue: 1 }),
      key: t.string({ required: true, description: 'X25519, raw in base64url.' }),
    }),
  });
  return { administrator, transportKey };
}
