import { drawNumber } from '#domain/identity/drawNumber.ts';
import { enrolmentIdName } from '#domain/identity/enrolmentId.ts';
import { identificationClass } from '#domain/identitySchema/classes.ts';
import { checkValues } from './checkValues.ts';
import type { GatewayParts } from '../context.ts';
import { randomDigits, randomId } from '../randomId.ts';
import { submitOrder, type OrderingOfficer, type Receipt } from './submitOrder.ts';

/** A person about to enter the registry: attributes of class `identification`, without the number. */
export type Registration = {
  readonly attributes: Readonly<Record<string, unknown>>;
  /** One enrolment makes one identity; a retry with the same id is refused, not done twice. */
  readonly enrolmentId: string;
  readonly officer: OrderingOfficer;
};

/** Enters a person with a number drawn here, outside the chaincode: chance has no place where agencies must agree. */
export async function registerIdentity(
  parts: GatewayParts,
  { attributes, enrolmentId, officer }: Registration,
): Promise<Receipt & { readonly number: string }> {
  checkValues(parts, attributes, { class: identificationClass });
  const { number: rules, schemaVersion } = parts.country;
  const number = drawNumber(rules, randomDigits);
  const receipt = await submitOrder(parts, {
    stream: `identity-${randomId()}`,
    type: 'RegisterIdentity',
    data: { schema: schemaVersion },
    sealed: {
      class: identificationClass,
      values: { ...attributes, [rules.attribute]: number, [enrolmentIdName]: enrolmentId },
    },
    officer,
  });
  return { ...receipt, number };
}
