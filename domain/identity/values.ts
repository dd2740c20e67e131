import { demandApproval } from '../approval.ts';
import type { Circumstances } from '../decider.ts';
import { identificationClass } from '../identitySchema/classes.ts';
import { Refusal } from '../refusal.ts';
import { checkAttributes, getNewValues } from './attributes.ts';
import type { NewValues } from './attributes.ts';
import type { CorrectAttributes, RecordAttributes, RegisterIdentity } from './commands.ts';
import { withoutEffectiveDate } from './effectiveDate.ts';
import { enrolmentIdName, isEnrolmentId } from './enrolmentId.ts';
import type { AttributesCorrected, AttributesRecorded, IdentityRegistered } from './events.ts';
import { checkNumber } from './number.ts';
import { passesFilters } from './numberFilters.ts';
import { getActive } from './state.ts';
import type { Identity } from './state.ts';

/** A person enters, with values of class identification, a number and an enrolment id. */
export function register(
  { data }: RegisterIdentity,
  state: Identity,
  circumstances: Circumstances,
): IdentityRegistered {
  if (state.status !== 'unregistered') throw new Refusal('ERR_ALREADY_EXISTS', 'this identity is registered');
  const values = getNewValues(data.schema, circumstances);
  if (values.className !== identificationClass)
    throw new Refusal('ERR_DISCLOSURE_MISMATCH', `a registration carries class ${identificationClass}`);
  const enrolment = values.opened.filter(({ name }) => name === enrolmentIdName);
  if (enrolment.length !== 1 || !isEnrolmentId(enrolment[0]?.value))
    throw new Refusal('ERR_MALFORMED', `in ${enrolmentIdName}: not one id`);
  checkAttributes({ ...values, opened: values.opened.filter(({ name }) => name !== enrolmentIdName) });
  checkNewNumber(values);
  return { type: 'IdentityRegistered', data: { schema: data.schema, class: values.className } };
}

function checkNewNumber({ schema: { number: rules }, opened }: NewValues): void {
  const number = opened.find(({ name }) => name === rules.attribute)?.value;
  if (typeof number !== 'string' || !checkNumber(number, rules))
    throw new Refusal('ERR_NUMBER_INVALID', 'the number is missing, or its digits do not check');
  if (!passesFilters(number, rules)) throw new Refusal('ERR_NUMBER_INVALID', 'the number is not one to be issued');
}

/** First values of a further class. */
export function recordAttributes(
  { data }: RecordAttributes,
  state: Identity,
  circumstances: Circumstances,
): AttributesRecorded {
  const { classes } = getActive(state);
  const values = withoutEffectiveDate(getNewValues(data.schema, circumstances), circumstances.at);
  if (classes.includes(values.className))
    throw new Refusal('ERR_CLASS_RECORDED', 'values of this class are corrected, not recorded again');
  checkAttributes(values);
  return { type: 'AttributesRecorded', data: { schema: data.schema, class: values.className } };
}

/** Other values of a class that has been recorded. */
export function correctAttributes(
  { data }: CorrectAttributes,
  state: Identity,
  circumstances: Circumstances,
): AttributesCorrected {
  const { classes } = getActive(state);
  const values = withoutEffectiveDate(getNewValues(data.schema, circumstances), circumstances.at);
  if (!classes.includes(values.className)) throw new Refusal('ERR_CLASS_NOT_RECORDED', 'there is nothing to correct');
  const lasting = [values.schema.number.attribute, enrolmentIdName];
  if (values.opened.some(({ name }) => lasting.includes(name)))
    throw new Refusal('ERR_ATTRIBUTE_IMMUTABLE', 'the number and the enrolment id stay for life');
  checkAttributes(values);
  // Who somebody is does not change by the word of one agency.
  if (values.className === identificationClass) demandApproval(circumstances);
  return { type: 'AttributesCorrected', data: { ...data, class: values.className } };
}
