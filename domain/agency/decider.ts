import { demandApproval } from '../approval.ts';
import type { Circumstances, Decider } from '../decider.ts';
import { commandParser } from '../parseCommand.ts';
import { refusePrivateValues } from '../privateValues.ts';
import { Refusal } from '../refusal.ts';
import { unreachable } from '../unreachable.ts';
import {
  AddOfficer,
  AdmitAgency,
  HandOverKeys,
  RemoveAgency,
  RemoveOfficer,
  RotateLogKey,
  RotateNodeKey,
  RotateTransportKey,
} from './commands.ts';
import type { AgencyCommand } from './commands.ts';
import type {
  AgencyAdmitted,
  AgencyEvent,
  AgencyRemoved,
  LogKeyRotated,
  Officer,
  OfficerAdded,
  OfficerRemoved,
  TransportKeyRotated,
} from './events.ts';
import { actsAt } from './officer.ts';
import { isOfSmallOrder } from './smallOrder.ts';

/** An agency as the chaincode knows it: the key to seal for, the officers who may act, and the ids of those who no longer may. */
export type Agency =
  | { readonly status: 'unknown' | 'removed' }
  | {
      readonly status: 'admitted';
      readonly name: Readonly<Record<string, string>>;
      readonly transportKey: { readonly epoch: number; readonly key: string };
      readonly logKey?: string | undefined;
      readonly officers: readonly Officer[];
      readonly removed: readonly string[];
    };
type AdmittedAgency = Extract<Agency, { status: 'admitted' }>;

/** The rules of agencies and their officers. */
export const agencyDecider: Decider<Agency, AgencyCommand, AgencyEvent> = {
  noun: 'agency',
  initial: { status: 'unknown' },
  parse: commandParser([
    AdmitAgency,
    AddOfficer,
    RemoveOfficer,
    RotateTransportKey,
    RotateLogKey,
    RotateNodeKey,
    HandOverKeys,
    RemoveAgency,
  ]),
  decide: (command, state, circumstances) => [decide(command, state, circumstances)],
  evolve,
};

function decide(command: AgencyCommand, state: Agency, circumstances: Circumstances): AgencyEvent {
  refusePrivateValues(circumstances);
  if (command.type === 'RemoveAgency') return removeAgency(command, state, circumstances);
  if (circumstances.agency !== circumstances.id)
    throw new Refusal('ERR_AUTHORITY_INVALID', 'only an agency itself speaks for itself and its officers');
  switch (command.type) {
    case 'AdmitAgency':
      return admit(command, state, circumstances);
    case 'AddOfficer':
      return addOfficer(command, state);
    case 'RemoveOfficer':
      return removeOfficer(command, state, circumstances);
    case 'RotateTransportKey':
      return rotateTransportKey(command, state);
    case 'RotateLogKey':
      return rotateLogKey(command, state);
    case 'RotateNodeKey':
      getAdmitted(state);
      return { type: 'NodeKeyRotated', data: command.data };
    case 'HandOverKeys':
      getAdmitted(state);
      demandApproval(circumstances);
      return { type: 'KeyHandOverAgreed', data: command.data };
    default:
      return unreachable(command);
  }
}

function admit({ data }: AdmitAgency, state: Agency, circumstances: Circumstances): AgencyAdmitted {
  if (state.status === 'removed') throw new Refusal('ERR_CLOSED', 'this agency was removed');
  if (state.status !== 'unknown') throw new Refusal('ERR_ALREADY_EXISTS', 'this agency is admitted');
  // Founders, whose certificates the channel's first configuration names, enter by themselves.
  if (circumstances.founded) demandApproval(circumstances);
  const administrator = officerFrom(data.administrator);
  if (!isAdministrator(administrator)) throw new Refusal('ERR_ROLE_MISSING', 'the first officer is an administrator');
  checkTransportKey(data.transportKey.key);
  return { type: 'AgencyAdmitted', data: { ...data, administrator } };
}

// Every command with private values would fail for all agencies.
function checkTransportKey(key: string): void {
  if (isOfSmallOrder(key)) throw new Refusal('ERR_MALFORMED', 'nothing can be sealed for this key');
}

function rotateTransportKey({ data }: RotateTransportKey, state: Agency): TransportKeyRotated {
  const { transportKey } = getAdmitted(state);
  if (data.epoch !== transportKey.epoch + 1)
    throw new Refusal('ERR_EPOCH_NOT_NEXT', 'the epochs of a transport key follow each other');
  checkTransportKey(data.key);
  return { type: 'TransportKeyRotated', data };
}

function rotateLogKey({ data }: RotateLogKey, state: Agency): LogKeyRotated {
  getAdmitted(state);
  return { type: 'LogKeyRotated', data };
}

function removeAgency({ data }: RemoveAgency, state: Agency, circumstances: Circumstances): AgencyRemoved {
  getAdmitted(state);
  if (circumstances.agency === circumstances.id)
    throw new Refusal('ERR_AUTHORITY_INVALID', 'an agency does not remove itself');
  demandApproval(circumstances);
  demandTwoThatStay(circumstances);
  return { type: 'AgencyRemoved', data };
}

// Whoever agreed is admitted still (the contract looks), so where both stay, two are left that can agree on what comes.
function demandTwoThatStay({ id, approval }: Circumstances): void {
  if (approval?.proposedBy.agency === id || approval?.approvedBy.agency === id)
    throw new Refusal(
      'ERR_LAST_AGENCIES',
      'two agencies that stay agree on who goes: one alone could agree on nothing',
    );
}

function addOfficer({ data }: AddOfficer, state: Agency): OfficerAdded {
  const { officers, removed } = getAdmitted(state);
  // An id that has been removed stays removed: who signed as it before must stay tellable from who signs now.
  if (removed.includes(data.officer) || officers.some(({ officer }) => officer === data.officer))
    throw new Refusal('ERR_OFFICER_EXISTS', 'this officer id has been given out');
  return { type: 'OfficerAdded', data: officerFrom(data) };
}

function removeOfficer({ data }: RemoveOfficer, state: Agency, { at }: Circumstances): OfficerRemoved {
  const { officers } = getAdmitted(state);
  const remaining = officers.filter(({ officer }) => officer !== data.officer);
  if (remaining.length === officers.length) throw new Refusal('ERR_OFFICER_UNKNOWN', 'no such officer');
  if (!remaining.some((officer) => isAdministrator(officer) && actsAt(officer, at)))
    throw new Refusal('ERR_LAST_ADMINISTRATOR', 'nobody could look after the officers');
  return { type: 'OfficerRemoved', data };
}

function getAdmitted(state: Agency): AdmittedAgency {
  if (state.status !== 'admitted')
    throw new Refusal('ERR_AGENCY_UNKNOWN', 'this agency was never admitted, or removed since');
  return state;
}

function officerFrom({ validUntil, ...details }: AddOfficer['data']): Officer {
  if (validUntil === undefined) return details;
  if (validUntil <= details.validFrom) throw new Refusal('ERR_PERIOD_INVALID', 'the officer would never act');
  return { ...details, validUntil };
}

function isAdministrator({ roles }: Officer): boolean {
  return roles.includes('administrator');
}

function evolve(state: Agency, event: AgencyEvent): Agency {
  switch (event.type) {
    case 'AgencyAdmitted':
      return admitted(event.data);
    case 'OfficerAdded':
      return changed(state, (agency) => ({ officers: [...agency.officers, event.data] }));
    case 'OfficerRemoved':
      return changed(state, ({ officers, removed }) => ({
        officers: officers.filter(({ officer }) => officer !== event.data.officer),
        removed: [...removed, event.data.officer],
      }));
    case 'TransportKeyRotated':
      return changed(state, () => ({ transportKey: event.data }));
    case 'LogKeyRotated':
      return changed(state, () => ({ logKey: event.data.key }));
    case 'NodeKeyRotated': // no rule asks for it
    case 'KeyHandOverAgreed':
      return state;
    case 'AgencyRemoved':
      return { status: 'removed' };
    default:
      return unreachable(event);
  }
}

function admitted({ name, transportKey, logKey, administrator }: AgencyAdmitted['data']): AdmittedAgency {
  const named = logKey === undefined ? {} : { logKey };
  return { status: 'admitted', name, transportKey, ...named, officers: [administrator], removed: [] };
}

function changed(state: Agency, change: (agency: AdmittedAgency) => Partial<AdmittedAgency>): Agency {
  const agency = getAdmitted(state);
  return { ...agency, ...change(agency) };
}
