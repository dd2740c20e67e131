import type { Country } from '#domain/country.ts';
import { identificationClass } from '#domain/identitySchema/classes.ts';
import { Refused } from '../refused.ts';
import { registerIdentity } from '../offices/registerIdentity.ts';
import type { Receipt } from '../offices/submitOrder.ts';
import { ownNames, type AttributeInputs } from './attributeInputs.ts';
import type { Builder } from './builder.ts';
import type { Words } from './country.ts';
import { officerOrder } from './officerOrder.ts';
import type { ReceiptRef } from './receipt.ts';

type IdentityTypes = {
  readonly country: Country;
  readonly words: Words;
  readonly receipt: ReceiptRef;
  readonly attributes: AttributeInputs;
};

/** What a registrar can do to an identity without asking anybody. */
export function addIdentity(builder: Builder, { country, words, receipt, attributes }: IdentityTypes): void {
  addRegistration(builder, country, attributes);
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
  builder.mutationField('bindPersonKey', (t) =>
    t.withAuth({ officer: true }).field({
      type: receipt,
      description: 'Names the key with which the person will sign.',
      errors: { types: [Refused] },
      args: { id: t.arg.id({ required: true }), key: t.arg.string({ required: true, description: personKey }) },
      resolve: (_root, { id, key }, context) =>
        officerOrder(context, `identity-${id}`, { type: 'BindPersonKey', data: { key } }),
    }),
  );
}

/** How a person's key is written. */
export const personKey = 'A commitment to the key (SHA-256, base64url), never the key itself.';

const changesOfState = [
  ['suspendIdentity', 'SuspendIdentity', 'Nothing is released about the person until it is reinstated.'],
  ['reinstateIdentity', 'ReinstateIdentity', 'Lifts a suspension.'],
] as const;

function addRegistration(builder: Builder, country: Country, { identification }: AttributeInputs): void {
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
