import type { Country } from '#domain/country.ts';
import { identificationClass } from '#domain/identitySchema/classes.ts';
import { checkValues } from '../checkValues.ts';
import { Refused } from '../refused.ts';
import { registerIdentity } from '../registerIdentity.ts';
import { submitOrder, type Receipt } from '../submitOrder.ts';
import { addAttributeInputs, onlyClass, ownNames } from './attributeInputs.ts';
import type { Builder } from './builder.ts';
import type { Words } from './country.ts';
import { officerOrder } from './officerOrder.ts';
import type { ReceiptRef } from './receipt.ts';
import type { RegistryInputs } from './registryInputs.ts';

type IdentityWords = { readonly country: Country; readonly words: Words; readonly receipt: ReceiptRef };

/** What registrars and adjudicators can do to an identity. */
export function addIdentity(
  builder: Builder,
  { country, words, receipt }: IdentityWords,
  shared: RegistryInputs,
): void {
  const inputs = addAttributeInputs(builder, country, shared);
  addRegistration(builder, country, inputs);
  addRecording(builder, { country, receipt }, inputs);
  addCorrection(builder, { country, words, receipt }, inputs);
  for (const [field, type, description] of changesOfState) {
    builder.mutationField(field, (t) =>
      t.withAuth({ officer: true }).field({
        type: receipt,
        description,
        errors: { types: [Refused] },
        args: { id: t.arg.id({ required: true }), reason: t.arg({ type: words.reason, required: true }) },
        resolve: (_root, { id, reason }, context) =>
          officerOrder(context, `identity-${id}`, { type, data: { reason } }),
      }),
    );
  }
}

const changesOfState = [
  ['suspendIdentity', 'SuspendIdentity', 'Nothing is released about the person until it is reinstated.'],
  ['reinstateIdentity', 'ReinstateIdentity', 'Lifts a suspension.'],
  ['deactivateIdentity', 'DeactivateIdentity', 'Ends an identity for good.'],
  ['recordDeath', 'RecordDeath', 'The person has died.'],
] as const;

type Inputs = ReturnType<typeof addAttributeInputs>;

function addRegistration(builder: Builder, country: Country, { identification }: Inputs): void {
  const registered = builder.objectRef<Receipt & { readonly number: string }>('Registered').implement({
    description: 'A person has entered the registry.',
    fields: (t) => ({
      id: t.id({ resolve: ({ stream }) => stream.slice('identity-'.length) }),
      number: t.exposeString('number', { description: 'The identity number; it is not shown to officers again.' }),
      version: t.exposeInt('version'),
      block: t.exposeInt('block'),
    }),
  });
  builder.mutationField('registerIdentity', (t) =>
    t.withAuth({ officer: true }).field({
      type: registered,
      description: 'Enters a person, with a number drawn here.',
      errors: { types: [Refused] },
      args: {
        enrolmentId: t.arg.string({ required: true, description: 'One enrolment makes one identity.' }),
        attributes: t.arg({ type: identification, required: true }),
      },
      resolve: (_root, { enrolmentId, attributes }, context) =>
        registerIdentity(context, {
          enrolmentId,
          attributes: ownNames(country, identificationClass, attributes).values,
          officer: context.caller,
        }),
    }),
  );
}

function addRecording(builder: Builder, { country, receipt }: Omit<IdentityWords, 'words'>, inputs: Inputs): void {
  const schema = country.schemaVersion;
  builder.mutationField('recordAttributes', (t) =>
    t.withAuth({ officer: true }).field({
      type: receipt,
      description: 'First values of a further attribute class.',
      errors: { types: [Refused] },
      args: { id: t.arg.id({ required: true }), attributes: t.arg({ type: inputs.oneClass, required: true }) },
      resolve: (_root, { id, attributes }, context) => {
        const sealed = onlyClass(country, attributes);
        checkValues(context, sealed.values, { class: sealed.class });
        const { caller: officer } = context;
        return submitOrder(context, {
          stream: `identity-${id}`,
          type: 'RecordAttributes',
          data: { schema },
          sealed,
          officer,
        });
      },
    }),
  );
}

function addCorrection(builder: Builder, { country, words, receipt }: IdentityWords, inputs: Inputs): void {
  const schema = country.schemaVersion;
  builder.mutationField('correctAttributes', (t) =>
    t.withAuth({ officer: true }).field({
      type: receipt,
      description: 'New values for attributes of a class; those that are not named keep theirs.',
      errors: { types: [Refused] },
      args: {
        id: t.arg.id({ required: true }),
        attributes: t.arg({ type: inputs.oneClass, required: true }),
        reason: t.arg({ type: words.reason, required: true }),
      },
      resolve: (_root, { id, attributes, reason }, context) => {
        const sealed = onlyClass(country, attributes);
        checkValues(context, sealed.values, { class: sealed.class, partial: true });
        const { caller: officer } = context;
        const data = { schema, reason };
        return submitOrder(context, { stream: `identity-${id}`, type: 'CorrectAttributes', data, sealed, officer });
      },
    }),
  );
}
