import type { Country } from '#domain/country.ts';
import { effectiveFromName } from '#domain/identity/effectiveDate.ts';
import { takesAgreement } from '#domain/takesAgreement.ts';
import { checkValues } from '../offices/checkValues.ts';
import { proposeOrder, type Proposed } from '../offices/proposeOrder.ts';
import { Refused } from '../refused.ts';
import { submitOrder, type PrivateValues, type Receipt } from '../offices/submitOrder.ts';
import { onlyClass, type AttributeInputs } from './attributeInputs.ts';
import type { ArgumentFields, Builder } from './builder.ts';
import type { Words } from './country.ts';
import { validUntilArgument, type ProposedRef } from './proposed.ts';
import type { ReceiptRef } from './receipt.ts';

type ValueTypes = {
  readonly country: Country;
  readonly words: Words;
  readonly receipt: ReceiptRef;
  readonly proposed: ProposedRef;
  readonly attributes: AttributeInputs;
};

/** How a registrar records and corrects what is held about a person. */
export function addIdentityValues(builder: Builder, types: ValueTypes): void {
  addRecording(builder, types);
  addCorrection(builder, types);
}

function addRecording(builder: Builder, { country, receipt, attributes: inputs }: ValueTypes): void {
  const data = { schema: country.schemaVersion };
  builder.mutationField('recordAttributes', (t) =>
    t.withAuth({ officer: true }).field({
      type: receipt,
      description: 'First values of a further attribute class.',
      errors: { types: [Refused] },
      args: {
        id: t.arg.id({ required: true }),
        attributes: t.arg({ type: inputs.oneClass, required: true }),
        effectiveFrom: effectiveFromArgument(t.arg),
      },
      resolve: (_root, { id, attributes, effectiveFrom }, context) => {
        const values = onlyClass(country, attributes);
        checkValues(context, values.values, { class: values.class });
        const sealed = since(values, effectiveFrom);
        const officer = context.caller;
        return submitOrder(context, { stream: `identity-${id}`, type: 'RecordAttributes', data, sealed, officer });
      },
    }),
  );
}

function addCorrection(builder: Builder, { country, words, receipt, proposed, attributes: inputs }: ValueTypes): void {
  const schema = country.schemaVersion;
  const answer = builder.errorUnion('CorrectAttributesAnswer', {
    types: [receipt, proposed, Refused],
    resolveType: (value) => ('proposal' in value ? 'Proposed' : 'Receipt'),
  });
  builder.mutationField('correctAttributes', (t) =>
    t.withAuth({ officer: true }).field({
      type: answer,
      description:
        'New values for attributes of a class; those that are not named keep theirs. What identifies a person takes the ' +
        'agreement of a second agency.',
      args: {
        id: t.arg.id({ required: true }),
        attributes: t.arg({ type: inputs.oneClass, required: true }),
        effectiveFrom: effectiveFromArgument(t.arg),
        reason: t.arg({ type: words.reason, required: true }),
        validUntil: validUntilArgument(t.arg),
      },
      resolve: (_root, { id, attributes, effectiveFrom, reason, validUntil }, context): Promise<Receipt | Proposed> => {
        const values = onlyClass(country, attributes);
        checkValues(context, values.values, { class: values.class, partial: true });
        const order = {
          stream: `identity-${id}`,
          type: 'CorrectAttributes',
          data: { schema, reason },
          sealed: since(values, effectiveFrom),
          officer: context.caller,
        };
        if (!takesAgreement(order.type, values.class)) return submitOrder(context, order);
        return proposeOrder(context, order, validUntil);
      },
    }),
  );
}

function effectiveFromArgument(t: ArgumentFields) {
  return t({ type: 'Date', description: 'Since when they hold in the world; by default since they are recorded.' });
}

/** Sealed beside the values: the day of a marriage tells of a person. */
function since({ class: className, values }: PrivateValues, day: string | null | undefined): PrivateValues {
  const effective = day === null || day === undefined ? {} : { [effectiveFromName]: day };
  return { class: className, values: { ...values, ...effective } };
}
