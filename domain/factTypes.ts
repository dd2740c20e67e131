import type { AnyEvent } from './anyEvent.ts';

/** The type of any fact of the registry. */
export type FactType = AnyEvent['type'];

// A record of all of them, so that a new fact does not compile before auditors can ask for it.
const byType: Readonly<Record<FactType, true>> = {
  IdentityRegistered: true,
  AttributesRecorded: true,
  AttributesCorrected: true,
  IdentitySuspended: true,
  IdentityReinstated: true,
  IdentityDeactivated: true,
  DeathRecorded: true,
  IdentityMerged: true,
  IdentitySplit: true,
  IdentityErased: true,
  PersonKeyBound: true,
  PersonKeyRecovered: true,
  ConsentGiven: true,
  ConsentWithdrawn: true,
  ConsentExpired: true,
  ConsentErased: true,
  RelyingPartyRegistered: true,
  RelyingPartyApproved: true,
  RelyingPartySuspended: true,
  SharingPolicyAssigned: true,
  SharingPolicyPublished: true,
  SharingPolicyRetired: true,
  IdentitySchemaPublished: true,
  AgencyAdmitted: true,
  OfficerAdded: true,
  OfficerRemoved: true,
  TransportKeyRotated: true,
  LogKeyRotated: true,
  NodeKeyRotated: true,
  KeyHandOverAgreed: true,
  AgencyRemoved: true,
  ChangeProposed: true,
  ProposalApproved: true,
  ProposalRejected: true,
  ProposalWithdrawn: true,
  TreeAnchored: true,
};

/** Every type of fact there is. */
export const factTypes = Object.keys(byType) as readonly FactType[]; // the keys of the record above
