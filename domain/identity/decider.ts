import { demandApproval } from '../approval.ts';
import type { Circumstances, Decider, UniqueValue } from '../decider.ts';
import { commandParser } from '../parseCommand.ts';
import { refusePrivateValues } from '../privateValues.ts';
import { Refusal } from '../refusal.ts';
import { unreachable } from '../unreachable.ts';
import { getNewValues } from './attributes.ts';
import {
  BindPersonKey,
  CorrectAttributes,
  DeactivateIdentity,
  EraseIdentity,
  MergeIdentity,
  RecordAttributes,
  RecordDeath,
  RecoverPersonKey,
  RegisterIdentity,
  ReinstateIdentity,
  SplitIdentity,
  SuspendIdentity,
} from './commands.ts';
import type { IdentityCommand } from './commands.ts';
import { deactivate, erase, merge, recordDeath, split } from './endings.ts';
import type {
  IdentityEvent,
  IdentityReinstated,
  IdentitySuspended,
  PersonKeyBound,
  PersonKeyRecovered,
} from './events.ts';
import { evolve, getActive, getLiving } from './state.ts';
import type { Identity } from './state.ts';
import { uniqueValues } from './uniqueValues.ts';
import { correctAttributes, recordAttributes, register } from './values.ts';

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
    MergeIdentity,
    SplitIdentity,
    EraseIdentity,
    BindPersonKey,
    RecoverPersonKey,
  ]),
  decide: (command, state, circumstances) => [decide(command, state, circumstances)],
  evolve,
  claims,
  erases: ({ type, data }) => (type === 'EraseIdentity' ? { proposals: data.proposals } : undefined),
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
      return deactivate(command, state, circumstances);
    case 'RecordDeath':
      return recordDeath(command, state, circumstances);
    case 'MergeIdentity':
      return merge(command, state, circumstances);
    case 'SplitIdentity':
      return split(command, state, circumstances);
    case 'EraseIdentity':
      return erase(command, state, circumstances);
    case 'BindPersonKey':
      return bindKey(command, state);
    case 'RecoverPersonKey':
      return recoverKey(command, state, circumstances);
    default:
      return unreachable(command);
  }
}

function suspend({ data }: SuspendIdentity, state: Identity): IdentitySuspended {
  getActive(state);
  return { type: 'IdentitySuspended', data };
}

function reinstate({ data }: ReinstateIdentity, state: Identity): IdentityReinstated {
  if (getLiving(state).status !== 'suspended') throw new Refusal('ERR_NOT_SUSPENDED', 'the identity is active');
  return { type: 'IdentityReinstated', data };
}

function bindKey({ data }: BindPersonKey, state: Identity): PersonKeyBound {
  if (getActive(state).key !== undefined) throw new Refusal('ERR_KEY_BOUND', 'a key that is lost is recovered');
  return { type: 'PersonKeyBound', data };
}

function recoverKey({ data }: RecoverPersonKey, state: Identity, circumstances: Circumstances): PersonKeyRecovered {
  if (getActive(state).key === undefined) throw new Refusal('ERR_KEY_NOT_BOUND', 'the person has no key to replace');
  demandApproval(circumstances);
  return { type: 'PersonKeyRecovered', data };
}

function claims(command: IdentityCommand, circumstances: Circumstances): readonly UniqueValue[] {
  return 'schema' in command.data ? uniqueValues(getNewValues(command.data.schema, circumstances)) : [];
}
