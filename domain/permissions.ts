import type { AgencyCommand } from './agency/commands.ts';
import type { Role } from './agency/roles.ts';
import type { AnchorCommand } from './anchor/commands.ts';
import type { ConsentCommand } from './consent/commands.ts';
import type { IdentityCommand } from './identity/commands.ts';
import type { IdentitySchemaCommand } from './identitySchema/commands.ts';
import type { ProposalCommand } from './proposal/commands.ts';
import { Refusal } from './refusal.ts';
import type { RelyingPartyCommand } from './relyingParty/commands.ts';
import type { SharingPolicyCommand } from './sharingPolicy/commands.ts';

/**
 * Who may give a command: an officer with this role, by signature; the node of an agency for itself or for a person; or an
 * officer with the role that the proposed order takes, which the rules of proposals check. `agreement`: when it also takes
 * a proposal that a second agency has approved.
 */
export type Permission =
  | { readonly by: 'officer'; readonly role: Role; readonly agreement?: Agreement }
  | { readonly by: 'node'; readonly agreement?: Agreement }
  | { readonly by: 'agreeing officer' };
/** Always, only for values of class identification, or only once the registry is founded. */
export type Agreement = 'always' | 'identification' | 'once founded';

type AnyCommand =
  | IdentityCommand
  | ConsentCommand
  | RelyingPartyCommand
  | SharingPolicyCommand
  | IdentitySchemaCommand
  | AgencyCommand
  | ProposalCommand
  | AnchorCommand;

const byOfficer = (role: Role, agreement?: Agreement): Permission =>
  agreement === undefined ? { by: 'officer', role } : { by: 'officer', role, agreement };
const byNode: Permission = { by: 'node' };
const byAgreeingOfficer: Permission = { by: 'agreeing officer' };

/** The one table of who may do what. */
export const permissions: Readonly<Record<AnyCommand['type'], Permission>> = {
  RegisterIdentity: byOfficer('registrar'),
  RecordAttributes: byOfficer('registrar'),
  CorrectAttributes: byOfficer('registrar', 'identification'),
  SuspendIdentity: byOfficer('registrar'),
  ReinstateIdentity: byOfficer('registrar'),
  DeactivateIdentity: byOfficer('adjudicator', 'always'),
  RecordDeath: byOfficer('registrar', 'always'),
  MergeIdentity: byOfficer('adjudicator', 'always'),
  SplitIdentity: byOfficer('adjudicator', 'always'),
  EraseIdentity: byOfficer('adjudicator', 'always'),
  BindPersonKey: byOfficer('registrar'),
  RecoverPersonKey: byOfficer('registrar', 'always'),
  GiveConsent: byNode,
  WithdrawConsent: byNode,
  ExpireConsent: byNode,
  EraseConsent: byOfficer('adjudicator'),
  RegisterRelyingParty: byOfficer('partner-manager'),
  ApproveRelyingParty: byOfficer('partner-manager'),
  SuspendRelyingParty: byOfficer('partner-manager'),
  AssignSharingPolicy: byOfficer('partner-manager'),
  PublishSharingPolicy: byOfficer('policy-manager', 'always'),
  RetireSharingPolicy: byOfficer('policy-manager'),
  PublishIdentitySchema: byOfficer('policy-manager', 'always'),
  AdmitAgency: { by: 'node', agreement: 'once founded' },
  AddOfficer: byOfficer('administrator'),
  RemoveOfficer: byOfficer('administrator'),
  RotateTransportKey: byOfficer('administrator'),
  RotateLogKey: byOfficer('administrator'),
  RotateNodeKey: byOfficer('administrator'),
  HandOverKeys: byOfficer('administrator', 'always'),
  RemoveAgency: byOfficer('administrator', 'always'),
  Propose: byAgreeingOfficer,
  ApproveProposal: byAgreeingOfficer,
  RejectProposal: byAgreeingOfficer,
  WithdrawProposal: byAgreeingOfficer,
  AnchorTree: byNode,
};

/**
 * Commands that not every agency may give, whatever its officers: whose stream it must be, or who must have proposed.
 * The rules of the nouns see to it.
 */
export const boundToAgency: Readonly<Partial<Record<AnyCommand['type'], 'its own' | "another's">>> = {
  AdmitAgency: 'its own',
  AddOfficer: 'its own',
  RemoveOfficer: 'its own',
  RotateTransportKey: 'its own',
  RotateLogKey: 'its own',
  RotateNodeKey: 'its own',
  HandOverKeys: 'its own',
  RemoveAgency: "another's",
  ApproveProposal: "another's",
  RejectProposal: "another's",
  WithdrawProposal: 'its own',
  AnchorTree: 'its own',
};

const byType = new Map(Object.entries(permissions));

/** Who may give a command of this type. */
export function permissionFor(type: string): Permission {
  const permission = byType.get(type);
  if (permission === undefined) throw new Refusal('ERR_UNKNOWN_COMMAND', 'no such command');
  return permission;
}
