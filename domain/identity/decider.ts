import type { Circumstances, Decider, UniqueValue } from '../decider.ts';
import { identificationClass } from '../identitySchema/classes.ts';
import { commandParser } from '../parseCommand.ts';
import { refusePrivateValues } from '../privateValues.ts';
import { Refusal } from '../refusal.ts';
import { unreachable } from '../unreachable.ts';
import { checkAttributes, getNewValues } from './attributes.ts';
import type { NewValues } from './attributes.ts';
import {
  CorrectAttributes,
  DeactivateIdentity,
  RecordAttributes,
  RecordDeath,
  RegisterIdentity,
  ReinstateIdentity,
  SuspendIdentity,
} from './commands.ts';
import type { IdentityCommand } from './commands.ts';
import { enrolmentIdName, isEnrolmentId } from './enrolmentId.ts';
import type {
  AttributesCorrected,
  AttributesRecorded,
  DeathRecorded,
  IdentityDeactivated,
  IdentityEvent,
  IdentityRegistered,
  IdentityReinstated,
  IdentitySuspended,
} from './events.ts';
import { checkNumber } from './number.ts';
import { passesFilters } from './numberFilters.ts';
import { uniqueValues } from './uniqueValues.ts';

/** An identity as its rules see it: `classes` are those for which values have been recorded. */
type Identity =
  | { readonly status: 'unregistered' }
  | { readonly status: 'active' | 'suspended'; readonly classes: readonly string[] }
  | { readonly status: 'deactivated' | 'deceased' };
type LivingIdentity = Extract<Identity, { status: 'active' | 'suspended' }>;

/** The rules of identities. */
export const identityDecider: Decider<Identity, IdentityCommand, IdentityEvent> = {
  noun: 'identity',
  initial: { status: 'unregistered' },
  parse: commandParser([
    RegisterIdentity,
    RecordAttributes,
    CorrectAttributes,
    SuspendIdentity,
    ReinstateIdentity,
    DeactivateIdentity,
    RecordDeath,
  ]),
  decide: (command, state, circumstances) => [decide(command, state, circumstances)],
  evolve,
  claims,
};

function decide(command: IdentityCommand, state: Identity, circumstances: Circumstances): IdentityEvent {
  if (!('schema' in command.data)) refusePrivateValues(circumstances);
  switch (command.type) {
    case 'RegisterIdentity':
      return register(command, state, circumstances);
    case 'RecordAttributes':
      return recordAttributes(command, state, circumstances);
    case 'CorrectAttributes':
      return correctAttributes(command, state, circumstances);
    case 'SuspendIdentity':
      return suspend(command, state);
    case 'ReinstateIdentity':
      return reinstate(command, state);
    case 'DeactivateIdentity':
      return deactivate(command, state);
    case 'RecordDeath':
      return recordDeath(command, state);
    default:
      return unreachable(command);
  }
}

function register({ data }: RegisterIdentity, state: Identity, circumstances: Circumstances): IdentityRegistered {
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

function recordAttributes(
  { data }: RecordAttributes,
  state: Identity,
  circumstances: Circumstances,
): AttributesRecorded {
  const { classes } = getActive(state);
  const values = getNewValues(data.schema, circumstances);
  if (classes.includes(values.className))
    throw new Refusal('ERR_CLASS_RECORDED', 'values of this class are corrected, not recorded again');
  checkAttributes(values);
  return { type: 'AttributesRecorded', data: { schema: data.schema, class: values.className } };
}

function correctAttributes(
  { data }: CorrectAttributes,
  state: Identity,
  circumstances: Circumstances,
): AttributesCorrected {
  const { classes } = getActive(state);
  const values = getNewValues(data.schema, circumstances);
  if (!classes.includes(values.className)) throw new Refusal('ERR_CLASS_NOT_RECORDED', 'there is nothing to correct');
  const lasting = [values.schema.number.attribute, enrolmentIdName];
  if (values.opened.some(({ name }) => lasting.includes(name)))
    throw new Refusal('ERR_ATTRIBUTE_IMMUTABLE', 'the number and the enrolment id stay for life');
  checkAttributes(values);
  return { type: 'AttributesCorrected', data: { ...data, class: values.className } };
}

function suspend({ data }: SuspendIdentity, state: Identity): IdentitySuspended {
  getActive(state);
  return { type: 'IdentitySuspended', data };
}

function reinstate({ data }: ReinstateIdentity, state: Identity): IdentityReinstated {
  if (getLiving(state).status !== 'suspended') throw new Refusal('ERR_NOT_SUSPENDED', 'the identity is active');
  return { type: 'IdentityReinstated', data };
}

function deactivate({ data }: DeactivateIdentity, state: Identity): IdentityDeactivated {
  getLiving(state);
  return { type: 'IdentityDeactivated', data };
}

function recordDeath({ data }: RecordDeath, state: Identity): DeathRecorded {
  getLiving(state);
  return { type: 'DeathRecorded', data };
}

function getActive(state: Identity): LivingIdentity {
  const living = getLiving(state);
  if (living.status !== 'active') throw new Refusal('ERR_NOT_ACTIVE', 'the identity is suspended');
  return living;
}

function getLiving(state: Identity): LivingIdentity {
  switch (state.status) {
    case 'unregistered':
      throw new Refusal('ERR_NOT_FOUND', 'no such identity');
    case 'deactivated':
    case 'deceased':
      throw new Refusal('ERR_CLOSED', `the identity is ${state.status}`);
    case 'active':
    case 'suspended':
      return state;
    default:
      return unreachable(state);
  }
}

function evolve(state: Identity, event: IdentityEvent): Identity {
  const classes = 'classes' in state ? state.classes : [];
  switch (event.type) {
    case 'IdentityRegistered':
    case 'AttributesRecorded':
      return { status: 'active', classes: [...classes, event.data.class] };
    case 'AttributesCorrected':
      return state;
    case 'IdentitySuspended':
      return { status: 'suspended', classes };
    case 'IdentityReinstated':
      return { status: 'active', classes };
    case 'IdentityDeactivated':
      return { status: 'deactivated' };
    case 'DeathRecorded':
      return { status: 'deceased' };
    default:
      return unreachable(event);
  }
}

function claims(command: IdentityCommand, circumstances: Circumstances): readonly UniqueValue[] {
  return 'schema' in command.data ? uniqueValues(getNewValues(command.data.schema, circumstances)) : [];
}
