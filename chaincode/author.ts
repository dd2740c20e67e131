import type { Agency } from '#domain/agency/decider.ts';
import type { Officer } from '#domain/agency/events.ts';
import { actsAt } from '#domain/agency/officer.ts';
import type { Circumstances } from '#domain/decider.ts';
import type { Command, LedgerEvent } from '#domain/envelope.ts';
import { permissionFor } from '#domain/permissions.ts';
import { Refusal } from '#domain/refusal.ts';
import { authorityHolds } from '#domain/seal/authority.ts';
import { findHead } from './streams.ts';
import type { Overlay } from './worldState.ts';

type Asked = { readonly channel: string; readonly agency: string; readonly at: string; readonly overlay: Overlay };

/** An agency's state as the ledger has it: `unknown` when it was never admitted. */
export async function getAgency(overlay: Overlay, name: string): Promise<Agency> {
  const head = await findHead(overlay, `agency-${name}`);
  return (head?.state ?? { status: 'unknown' }) as Agency; // folded by the agency decider
}

/** Who speaks, as the event will name them, and the officer's roles for rules that ask for them. */
export type Author = { readonly by: LedgerEvent['by']; readonly officer?: Circumstances['officer'] };

/**
 * Who speaks in a command: the node's agency, and the officer whose signature it carries. A node's certificate gives no
 * roles: what officers may do, only an officer of the same agency with the role and a key in that agency's stream can order.
 */
export async function authorOf(asked: Asked, command: Command): Promise<Author> {
  const { agency } = asked;
  const permission = permissionFor(command.type);
  if (command.authority === undefined) {
    if (permission.by !== 'node') throw new Refusal('ERR_AUTHORITY_MISSING', `an officer orders ${command.type}`);
    if (command.type !== 'AdmitAgency') await getAdmitted(asked);
    return { by: { agency } };
  }
  const officer = await getOfficer(asked, command);
  if (permission.by === 'officer' && !officer.roles.includes(permission.role))
    throw new Refusal('ERR_ROLE_MISSING', `${command.type} takes the role ${permission.role}`);
  return { by: { agency, officer: officer.officer }, officer: { id: officer.officer, roles: officer.roles } };
}

async function getAdmitted({ overlay, agency }: Asked): Promise<Extract<Agency, { status: 'admitted' }>> {
  const state = await getAgency(overlay, agency);
  if (state.status !== 'admitted')
    throw new Refusal('ERR_AGENCY_UNKNOWN', "the node's agency was never admitted, or removed since");
  return state;
}

async function getOfficer(asked: Asked, command: Command): Promise<Officer> {
  const { officers } = await getAdmitted(asked);
  const officer = officers.find((each) => each.officer === command.authority?.officer);
  if (officer === undefined || !actsAt(officer, asked.at) || !authorityHolds(asked.channel, command, officer.key))
    throw new Refusal('ERR_AUTHORITY_INVALID', 'not signed by an officer of this agency who may act now');
  return officer;
}
