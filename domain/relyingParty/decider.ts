import type { Circumstances, Decider } from '../decider.ts';
import { commandParser } from '../parseCommand.ts';
import { refusePrivateValues } from '../privateValues.ts';
import { refuseRepeatedUses } from '../purposeUses.ts';
import { Refusal } from '../refusal.ts';
import { unreachable } from '../unreachable.ts';
import { ApproveRelyingParty, AssignSharingPolicy, RegisterRelyingParty, SuspendRelyingParty } from './commands.ts';
import type { RelyingPartyCommand } from './commands.ts';
import type {
  RelyingPartyApproved,
  RelyingPartyEvent,
  RelyingPartyRegistered,
  RelyingPartySuspended,
  SharingPolicyAssigned,
} from './events.ts';

/** A party as its rules see it; its name, keys and intended uses stand in its first event. */
type RelyingParty =
  | { readonly status: 'unregistered' }
  | { readonly status: 'registered' | 'approved' | 'suspended'; readonly policy?: string };
type RegisteredParty = Exclude<RelyingParty, { status: 'unregistered' }>;

/** The rules of relying parties. */
export const relyingPartyDecider: Decider<RelyingParty, RelyingPartyCommand, RelyingPartyEvent> = {
  noun: 'relyingParty',
  initial: { status: 'unregistered' },
  parse: commandParser([RegisterRelyingParty, ApproveRelyingParty, SuspendRelyingParty, AssignSharingPolicy]),
  decide,
  evolve,
};

function decide(
  command: RelyingPartyCommand,
  state: RelyingParty,
  circumstances: Circumstances,
): readonly RelyingPartyEvent[] {
  refusePrivateValues(circumstances);
  switch (command.type) {
    case 'RegisterRelyingParty':
      return [register(command, state)];
    case 'ApproveRelyingParty':
      return approve(state);
    case 'SuspendRelyingParty':
      return [suspend(command, state)];
    case 'AssignSharingPolicy':
      return assignPolicy(command, state);
    default:
      return unreachable(command);
  }
}

function register({ data }: RegisterRelyingParty, state: RelyingParty): RelyingPartyRegistered {
  if (state.status !== 'unregistered') throw new Refusal('ERR_ALREADY_EXISTS', 'this party is registered');
  refuseRepeatedUses(data.intendedUses);
  return { type: 'RelyingPartyRegistered', data };
}

function approve(state: RelyingParty): readonly RelyingPartyApproved[] {
  return getRegistered(state).status === 'approved' ? [] : [{ type: 'RelyingPartyApproved', data: {} }];
}

function suspend({ data }: SuspendRelyingParty, state: RelyingParty): RelyingPartySuspended {
  if (getRegistered(state).status !== 'approved') throw new Refusal('ERR_NOT_ACTIVE', 'the party is not approved');
  return { type: 'RelyingPartySuspended', data };
}

// Whether the policy exists is asked when something is released: a command reads no stream but its own.
function assignPolicy({ data }: AssignSharingPolicy, state: RelyingParty): readonly SharingPolicyAssigned[] {
  return getRegistered(state).policy === data.policy ? [] : [{ type: 'SharingPolicyAssigned', data }];
}

function getRegistered(state: RelyingParty): RegisteredParty {
  if (state.status === 'unregistered') throw new Refusal('ERR_NOT_FOUND', 'no such party');
  return state;
}

function evolve(state: RelyingParty, event: RelyingPartyEvent): RelyingParty {
  switch (event.type) {
    case 'RelyingPartyRegistered':
      return { status: 'registered' };
    case 'RelyingPartyApproved':
      return { ...getRegistered(state), status: 'approved' };
    case 'RelyingPartySuspended':
      return { ...getRegistered(state), status: 'suspended' };
    case 'SharingPolicyAssigned':
      return { ...getRegistered(state), policy: event.data.policy };
    default:
      return unreachable(event);
  }
}
