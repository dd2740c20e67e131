import { Refusal } from '../refusal.ts';
import { unreachable } from '../unreachable.ts';
import type { IdentityEvent } from './events.ts';

/** What a living record keeps: `classes` are those for which values have been recorded, `key` is a commitment. */
type Record = { readonly classes: readonly string[]; readonly key?: string };

/** An identity as its rules see it. */
export type Identity =
  | { readonly status: 'unregistered' | 'deactivated' | 'deceased' | 'erased' }
  | (Record & { readonly status: 'active' | 'suspended' })
  | (Record & { readonly status: 'merged'; readonly was: 'active' | 'suspended' });
/** One that has not ended. */
export type LivingIdentity = Extract<Identity, { status: 'active' | 'suspended' }>;

/** An identity about which new facts may be recorded. Throws a Refusal for any other. */
export function getActive(state: Identity): LivingIdentity {
  const living = getLiving(state);
  if (living.status !== 'active') throw new Refusal('ERR_NOT_ACTIVE', 'the identity is suspended');
  return living;
}

/** An identity that has not ended. Throws a Refusal for any other. */
export function getLiving(state: Identity): LivingIdentity {
  switch (state.status) {
    case 'unregistered':
      throw new Refusal('ERR_NOT_FOUND', 'no such identity');
    case 'deactivated':
    case 'deceased':
    case 'merged':
    case 'erased':
      throw new Refusal('ERR_CLOSED', `the identity is ${state.status}`);
    case 'active':
    case 'suspended':
      return state;
    default:
      return unreachable(state);
  }
}

/** The fold of an identity's facts. */
export function evolve(state: Identity, event: IdentityEvent): Identity {
  const record = recordOf(state);
  switch (event.type) {
    case 'IdentityRegistered':
    case 'AttributesRecorded':
      return { ...record, status: 'active', classes: [...record.classes, event.data.class] };
    case 'AttributesCorrected':
      return state;
    case 'PersonKeyBound':
    case 'PersonKeyRecovered':
      return 'classes' in state ? { ...state, key: event.data.key } : state;
    case 'IdentitySuspended':
      return { ...record, status: 'suspended' };
    case 'IdentityReinstated':
      return { ...record, status: 'active' };
    case 'IdentityDeactivated':
      return { status: 'deactivated' };
    case 'DeathRecorded':
      return { status: 'deceased' };
    case 'IdentityMerged':
      return { ...record, status: 'merged', was: state.status === 'suspended' ? 'suspended' : 'active' };
    case 'IdentitySplit':
      return { ...record, status: state.status === 'merged' ? state.was : 'active' };
    case 'IdentityErased':
      return { status: 'erased' };
    default:
      return unreachable(event);
  }
}

function recordOf(state: Identity): Record {
  if (!('classes' in state)) return { classes: [] };
  return { classes: state.classes, ...(state.key !== undefined && { key: state.key }) };
}
