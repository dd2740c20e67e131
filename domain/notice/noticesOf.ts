import type { AnyEvent } from '../anyEvent.ts';
import type { Fact } from '../envelope.ts';
import type { NoticeType } from './vocabulary.ts';

/** What others are told of a fact; `detail` is for agencies and auditors. */
export type Notice = { readonly type: NoticeType; readonly detail: object };

/** Handles among the private values of a fact, by attribute; a node that does not hold their class knows of none. */
export type Aliases = {
  /** Whose value is another one than before, or the first. */
  readonly issued: readonly string[];
  /** Those of them that had a value before. */
  readonly replaced: readonly string[];
};

type Tell<T> = (event: Extract<AnyEvent, { type: T }>, aliases: Aliases) => readonly Notice[];

// A record of all facts, so that a new one does not compile before somebody has decided what others are told of it.
const told: { readonly [T in AnyEvent['type']]: Tell<T> } = {
  IdentityRegistered: ({ data }, aliases) => [
    say('identity.created', { schema: data.schema }),
    say('number.issued'),
    ...aliasesOf(aliases),
  ],
  AttributesRecorded: ({ data }, aliases) => [say('identity.updated', data), ...aliasesOf(aliases)],
  AttributesCorrected: ({ data }, aliases) => [say('identity.updated', data), ...aliasesOf(aliases)],
  IdentitySuspended: ({ data }) => [say('identity.suspended', data)],
  IdentityReinstated: ({ data }) => [say('identity.reinstated', data)],
  IdentityDeactivated: ({ data }) => [say('identity.deactivated', data), say('number.revoked')],
  DeathRecorded: ({ data }) => [say('identity.deceased', data), say('number.revoked')],
  IdentityMerged: ({ data }) => [say('identity.merged', data), say('number.revoked')],
  IdentitySplit: ({ data }) => [say('identity.split', data), say('number.issued')],
  IdentityErased: ({ data: { reason } }) => [say('identity.erased', { reason }), say('number.revoked')],
  ConsentGiven: ({ data }) => [say('consent.given', data)],
  ConsentWithdrawn: () => [say('consent.withdrawn')],
  ConsentExpired: () => [say('consent.expired')],
  RelyingPartyApproved: () => [say('party.approved')],
  RelyingPartySuspended: ({ data }) => [say('party.suspended', data)],
  PersonKeyBound: nothing,
  PersonKeyRecovered: nothing,
  ConsentErased: nothing,
  RelyingPartyRegistered: nothing,
  SharingPolicyAssigned: nothing,
  SharingPolicyPublished: nothing,
  SharingPolicyRetired: nothing,
  IdentitySchemaPublished: nothing,
  AgencyAdmitted: nothing,
  OfficerAdded: nothing,
  OfficerRemoved: nothing,
  TransportKeyRotated: nothing,
  LogKeyRotated: nothing,
  NodeKeyRotated: nothing,
  KeyHandOverAgreed: nothing,
  AgencyRemoved: nothing,
  ChangeProposed: nothing,
  ProposalApproved: nothing,
  ProposalRejected: nothing,
  ProposalWithdrawn: nothing,
  TreeAnchored: nothing,
};

/** The notices that a fact gives rise to, in the order in which they are said; most facts of the registry's own give rise to none. */
export function noticesOf(event: Fact, aliases: Aliases = { issued: [], replaced: [] }): readonly Notice[] {
  const known = event as AnyEvent; // a decider of the registry has said it, which its type cannot say
  const tell = told[known.type] as Tell<AnyEvent['type']>; // the entry of its own type
  return tell(known, aliases);
}

function nothing(): readonly Notice[] {
  return [];
}

function say(type: NoticeType, detail: object = {}): Notice {
  return { type, detail };
}

function aliasesOf({ issued, replaced }: Aliases): readonly Notice[] {
  return [
    ...replaced.map((attribute) => say('alias.revoked', { attribute })),
    ...issued.map((attribute) => say('alias.issued', { attribute })),
  ];
}
