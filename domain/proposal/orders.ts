import { AdmitAgency, HandOverKeys, RemoveAgency } from '../agency/commands.ts';
import type { Role } from '../agency/roles.ts';
import type { ProposedOrder } from '../approval.ts';
import { nounOf, type Noun } from '../envelope.ts';
import {
  CorrectAttributes,
  DeactivateIdentity,
  EraseIdentity,
  MergeIdentity,
  RecordDeath,
  RecoverPersonKey,
  SplitIdentity,
} from '../identity/commands.ts';
import { PublishIdentitySchema } from '../identitySchema/commands.ts';
import { commandParser } from '../parseCommand.ts';
import { permissionFor } from '../permissions.ts';
import { Refusal } from '../refusal.ts';
import { PublishSharingPolicy } from '../sharingPolicy/commands.ts';

const none = commandParser([]);
const parsers: Readonly<Record<Noun, ReturnType<typeof commandParser>>> = {
  identity: commandParser([
    CorrectAttributes,
    DeactivateIdentity,
    EraseIdentity,
    MergeIdentity,
    RecordDeath,
    RecoverPersonKey,
    SplitIdentity,
  ]),
  agency: commandParser([AdmitAgency, HandOverKeys, RemoveAgency]),
  identitySchema: commandParser([PublishIdentitySchema]),
  sharingPolicy: commandParser([PublishSharingPolicy]),
  consent: none,
  relyingParty: none,
  proposal: none,
  anchor: none,
};

/**
 * An order as a proposal may name it. Its data stand in public for ever, so they are parsed as strictly as the command
 * itself would be. Throws a Refusal on what cannot be proposed.
 */
export function parseProposedOrder(order: ProposedOrder): ProposedOrder {
  const { data } = parsers[nounOf(order.stream)]({ type: order.type, data: order.data });
  return { ...order, data: { ...data } };
}

/** The role that officers of both agencies need to agree on an order: the one that the order itself takes. */
export function roleToAgree(type: string): Role {
  const permission = permissionFor(type);
  if (permission.by === 'officer') return permission.role;
  if (permission.by === 'node') return 'administrator'; // an agency that enters: its own node says so once others agreed
  throw new Refusal('ERR_UNKNOWN_COMMAND', 'agreement itself is not proposed');
}
