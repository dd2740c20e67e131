import type { FactType } from '../factTypes.ts';
import type { NoticeType } from './vocabulary.ts';

// The other way round than noticesOf: a test holds the two together.
const givingRise: { readonly [N in NoticeType]: readonly FactType[] } = {
  'identity.created': ['IdentityRegistered'],
  'identity.updated': ['AttributesRecorded', 'AttributesCorrected'],
  'identity.suspended': ['IdentitySuspended'],
  'identity.reinstated': ['IdentityReinstated'],
  'identity.deactivated': ['IdentityDeactivated'],
  'identity.deceased': ['DeathRecorded'],
  'identity.merged': ['IdentityMerged'],
  'identity.split': ['IdentitySplit'],
  'identity.erased': ['IdentityErased'],
  'number.issued': ['IdentityRegistered', 'IdentitySplit'],
  'number.revoked': ['IdentityDeactivated', 'DeathRecorded', 'IdentityMerged', 'IdentityErased'],
  'alias.issued': ['IdentityRegistered', 'AttributesRecorded', 'AttributesCorrected'],
  'alias.revoked': ['IdentityRegistered', 'AttributesRecorded', 'AttributesCorrected'],
  'consent.given': ['ConsentGiven'],
  'consent.withdrawn': ['ConsentWithdrawn'],
  'consent.expired': ['ConsentExpired'],
  'party.approved': ['RelyingPartyApproved'],
  'party.suspended': ['RelyingPartySuspended'],
};

/** The types of facts that can give rise to a notice; for aliases it takes their private values to know. */
export function factTypesOf(notice: NoticeType): readonly FactType[] {
  return givingRise[notice];
}
