import type { AgencyCommand } from './agency/commands.ts';
import type { Role } from './agency/roles.ts';
import type { ConsentCommand } from './consent/commands.ts';
import type { IdentityCommand } from './identity/commands.ts';
import type { IdentitySchemaCommand } from './identitySchema/commands.ts';
import { Refusal } from './refusal.ts';
import type { RelyingPartyCommand } from './relyingParty/commands.ts';
import type { SharingPolicyCommand } from './sharingPolicy/commands.ts';

/** Who may give a command: an officer with this role, by signature, or the node of an agency for itself or for a person. */
export type Permission = { readonly by: 'officer'; readonly role: Role } | { readonly by: 'node' };

type AnyCommand =
  IdentityCommand | ConsentCommand | RelyingPartyCommand | SharingPolicyCommand | IdentitySchemaCommand | AgencyCommand;

const byOfficer = (role: Role): Permission => ({ by: 'officer', role });
const byNode: Permission = { by: 'node' };

const permissions: Readonly<Record<AnyCommand['type'], Permission>> = {
  RegisterIdentity: byOfficer('registrar'),
  RecordAttributes: byOfficer('registrar'),
  CorrectAttributes: byOfficer('registrar'),
  SuspendIdentity: byOfficer('registrar'),
  ReinstateIdentity: byOfficer('registrar'),
  DeactivateIdentity: byOfficer('adjudicator'),
  RecordDeath: byOfficer('registrar'),
  GiveConsent: byNode,
  WithdrawConsent: byNode,
  RegisterRelyingParty: byOfficer('partner-manager'),
  ApproveRelyingParty: byOfficer('partner-manager'),
  SuspendRelyingParty: byOfficer('partner-manager'),
  AssignSharingPolicy: byOfficer('partner-manager'),
  PublishSharingPolicy: byOfficer('policy-manager'),
  RetireSharingPolicy: byOfficer('policy-manager'),
  PublishIdentitySchema: byOfficer('policy-manager'),
  AdmitAgency: byNode,
  AddOfficer: byOfficer('administrator'),
  RemoveOfficer: byOfficer('administrator'),
};
const byType = new Map(Object.entries(permissions));

/** Who may give a command of this type. */
export function permissionFor(type: string): Permission {
  const permission = byType.get(type);
  if (permission === undefined) throw new Refusal('ERR_UNKNOWN_COMMAND', 'no such command');
  return permission;
}
