import type { Command } from '#domain/envelope.ts';
import type { permissions } from '#domain/permissions.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';

/** Command → the only fact that can come of it. */
const factOf: Readonly<Record<keyof typeof permissions, string>> = {
  RegisterIdentity: 'IdentityRegistered',
  RecordAttributes: 'AttributesRecorded',
  CorrectAttributes: 'AttributesCorrected',
  SuspendIdentity: 'IdentitySuspended',
  ReinstateIdentity: 'IdentityReinstated',
  DeactivateIdentity: 'IdentityDeactivated',
  RecordDeath: 'DeathRecorded',
  MergeIdentity: 'IdentityMerged',
  SplitIdentity: 'IdentitySplit',
  EraseIdentity: 'IdentityErased',
  BindPersonKey: 'PersonKeyBound',
  RecoverPersonKey: 'PersonKeyRecovered',
  GiveConsent: 'ConsentGiven',
  WithdrawConsent: 'ConsentWithdrawn',
  ExpireConsent: 'ConsentExpired',
  EraseConsent: 'ConsentErased',
  RegisterRelyingParty: 'RelyingPartyRegistered',
  ApproveRelyingParty: 'RelyingPartyApproved',
  SuspendRelyingParty: 'RelyingPartySuspended',
  AssignSharingPolicy: 'SharingPolicyAssigned',
  PublishSharingPolicy: 'SharingPolicyPublished',
  RetireSharingPolicy: 'SharingPolicyRetired',
  PublishIdentitySchema: 'IdentitySchemaPublished',
  AdmitAgency: 'AgencyAdmitted',
  AddOfficer: 'OfficerAdded',
  RemoveOfficer: 'OfficerRemoved',
  RotateTransportKey: 'TransportKeyRotated',
  RotateLogKey: 'LogKeyRotated',
  RotateNodeKey: 'NodeKeyRotated',
  HandOverKeys: 'KeyHandOverAgreed',
  RemoveAgency: 'AgencyRemoved',
  Propose: 'ChangeProposed',
  ApproveProposal: 'ProposalApproved',
  RejectProposal: 'ProposalRejected',
  WithdrawProposal: 'ProposalWithdrawn',
  AnchorTree: 'TreeAnchored',
};
const facts = new Map(Object.entries(factOf));

type Said = Readonly<Record<string, unknown>>;

/** Whether an event states what this command orders: its fact, its public words, its private values, its proposal. */
export function isOrdered(said: Said, command: Command): boolean {
  return (
    said['type'] === facts.get(command.type) &&
    said['proposal'] === command.proposal &&
    canonicalJson(said['data']) === canonicalJson(orderedData(command)) &&
    hasSealed(said['sealed'], command.sealed)
  );
}

/** An event repeats its command's words; with private values it also names their class. */
function orderedData({ type, data, sealed }: Command): Said {
  if (type === 'RegisterIdentity' || type === 'RecordAttributes')
    return { schema: data['schema'], class: sealed?.class };
  return type === 'CorrectAttributes' ? { ...data, class: sealed?.class } : data;
}

/** The commitment to the key comes from the chaincode; class and digests are those that were ordered. */
function hasSealed(said: unknown, ordered: Command['sealed']): boolean {
  if (said === undefined || ordered === undefined) return said === ordered;
  const stated = { ...(said as object), key: undefined }; // any JSON but undefined: what is no object spreads to nothing
  return canonicalJson(stated) === canonicalJson(ordered);
}
