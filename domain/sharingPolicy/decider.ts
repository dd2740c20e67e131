import { demandApproval } from '../approval.ts';
import type { Circumstances, Decider } from '../decider.ts';
import { commandParser } from '../parseCommand.ts';
import { refusePrivateValues } from '../privateValues.ts';
import { refuseRepeatedUses } from '../purposeUses.ts';
import { Refusal } from '../refusal.ts';
import { repeats } from '../repeats.ts';
import { unreachable } from '../unreachable.ts';
import { PublishSharingPolicy, RetireSharingPolicy } from './commands.ts';
import type { SharingPolicyCommand } from './commands.ts';
import type { SharingPolicyEvent, SharingPolicyPublished, SharingPolicyRetired } from './events.ts';

/** A policy as its rules see it; what it lets out stands in its newest event. */
type SharingPolicy = { readonly status: 'unpublished' | 'published' | 'retired' };

/** The rules of sharing policies. */
export const sharingPolicyDecider: Decider<SharingPolicy, SharingPolicyCommand, SharingPolicyEvent> = {
  noun: 'sharingPolicy',
  initial: { status: 'unpublished' },
  parse: commandParser([PublishSharingPolicy, RetireSharingPolicy]),
  decide: (command, state, circumstances) => [decide(command, state, circumstances)],
  evolve,
};

function decide(command: SharingPolicyCommand, state: SharingPolicy, circumstances: Circumstances): SharingPolicyEvent {
  refusePrivateValues(circumstances);
  if (state.status === 'retired') throw new Refusal('ERR_CLOSED', 'the policy is retired');
  switch (command.type) {
    case 'PublishSharingPolicy':
      return publish(command, circumstances);
    case 'RetireSharingPolicy':
      return retire(command, state);
    default:
      return unreachable(command);
  }
}

function publish({ data }: PublishSharingPolicy, circumstances: Circumstances): SharingPolicyPublished {
  refuseRepeatedUses(data.rules);
  if (repeats(data.matching)) throw new Refusal('ERR_ATTRIBUTE_REPEATED', 'an attribute is matched on twice');
  demandApproval(circumstances);
  return { type: 'SharingPolicyPublished', data };
}

function retire({ data }: RetireSharingPolicy, state: SharingPolicy): SharingPolicyRetired {
  if (state.status === 'unpublished') throw new Refusal('ERR_NOT_FOUND', 'no such policy');
  return { type: 'SharingPolicyRetired', data };
}

function evolve(_state: SharingPolicy, event: SharingPolicyEvent): SharingPolicy {
  switch (event.type) {
    case 'SharingPolicyPublished':
      return { status: 'published' };
    case 'SharingPolicyRetired':
      return { status: 'retired' };
    default:
      return unreachable(event);
  }
}
