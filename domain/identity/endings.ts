import { demandApproval } from '../approval.ts';
import type { Circumstances } from '../decider.ts';
import { Refusal } from '../refusal.ts';
import type { DeactivateIdentity, EraseIdentity, MergeIdentity, RecordDeath, SplitIdentity } from './commands.ts';
import type { DeathRecorded, IdentityDeactivated, IdentityErased, IdentityMerged, IdentitySplit } from './events.ts';
import { getLiving } from './state.ts';
import type { Identity } from './state.ts';

/** Ends an identity for good. */
export function deactivate(
  { data }: DeactivateIdentity,
  state: Identity,
  circumstances: Circumstances,
): IdentityDeactivated {
  getLiving(state);
  demandApproval(circumstances);
  return { type: 'IdentityDeactivated', data };
}

/** People also die after their identity was deactivated. */
export function recordDeath({ data }: RecordDeath, state: Identity, circumstances: Circumstances): DeathRecorded {
  if (state.status !== 'deactivated') getLiving(state);
  demandApproval(circumstances);
  return { type: 'DeathRecorded', data };
}

/** Whether the other record is there is for the officers to see: no rule reads a person's stream for another's. */
export function merge({ data }: MergeIdentity, state: Identity, circumstances: Circumstances): IdentityMerged {
  getLiving(state);
  demandApproval(circumstances);
  if (data.into === circumstances.id) throw new Refusal('ERR_MALFORMED', 'in into: the identity itself');
  return { type: 'IdentityMerged', data };
}

/** Two people had been taken for one: the record stands by itself again. */
export function split({ data }: SplitIdentity, state: Identity, circumstances: Circumstances): IdentitySplit {
  if (state.status === 'unregistered') throw new Refusal('ERR_NOT_FOUND', 'no such identity');
  if (state.status !== 'merged') throw new Refusal('ERR_NOT_MERGED', `the identity is ${state.status}`);
  demandApproval(circumstances);
  return { type: 'IdentitySplit', data };
}

/** Any record that was ever made can be forgotten. Again only where proposals with values about the person came afterwards. */
export function erase({ data }: EraseIdentity, state: Identity, circumstances: Circumstances): IdentityErased {
  if (state.status === 'unregistered') throw new Refusal('ERR_NOT_FOUND', 'no such identity');
  if (state.status === 'erased' && data.proposals.length === 0)
    throw new Refusal('ERR_CLOSED', 'the identity is erased');
  demandApproval(circumstances);
  return { type: 'IdentityErased', data };
}
