import type { Circumstances, Decider } from '../decider.ts';
import { commandParser } from '../parseCommand.ts';
import { refusePrivateValues } from '../privateValues.ts';
import { Refusal } from '../refusal.ts';
import { unreachable } from '../unreachable.ts';
import { AddOfficer, AdmitAgency, RemoveOfficer } from './commands.ts';
import type { AgencyCommand } from './commands.ts';
import type { AgencyAdmitted, AgencyEvent, Officer, OfficerAdded, OfficerRemoved } from './events.ts';
import { actsAt } from './officer.ts';
import { isOfSmallOrder } from './smallOrder.ts';

/** An agency as the chaincode knows it: the key to seal for, the officers who may act, and the ids of those who no longer may. */
export type Agency =
  | { readonly status: 'unknown' }
  | {
      readonly status: 'admitted';
      readonly name: Readonly<Record<string, string>>;
      readonly transportKey: { readonly epoch: number; readonly key: string };
      readonly officers: readonly Officer[];
      readonly removed: readonly string[];
    };
type AdmittedAgency = Extract<Agency, { status: 'admitted' }>;

/** The rules of agencies and their officers. */
export const agencyDecider: Decider<Agency, AgencyCommand, AgencyEvent> = {
  noun: 'agency',
  initial: { status: 'unknown' },
  parse: commandParser([AdmitAgency, AddOfficer, RemoveOfficer]),
  decide: (command, state, circumstances) => [decide(command, state, circumstances)],
  evolve,
};

function decide(command: AgencyCommand, state: Agency, circumstances: Circumstances): AgencyEvent {
  refusePrivateValues(circumstances);
  if (circumstances.agency !== circumstances.id)
    throw new Refusal('ERR_AUTHORITY_INVALID', 'only an agency itself speaks for itself and its officers');
  switch (command.type) {
    case 'AdmitAgency':
      return admit(command, state);
    case 'AddOfficer':
      return addOfficer(command, state);
    case 'RemoveOfficer':
      return removeOfficer(command, state, circumstances);
    default:
      return unreachable(command);
  }
}

function admit({ data }: AdmitAgency, state: Agency): AgencyAdmitted {
  if (state.status !== 'unknown') throw new Refusal('ERR_ALREADY_EXISTS', 'this agency is admitted');
  const administrator = officerFrom(data.administrator);
  if (!isAdministrator(administrator)) throw new Refusal('ERR_ROLE_MISSING', 'the first officer is an administrator');
  // Every command with private values would fail for all agencies, and the key stays.
  if (isOfSmallOrder(data.transportKey.key)) throw new Refusal('ERR_MALFORMED', 'nothing can be sealed for this key');
  return { type: 'AgencyAdmitted', data: { ...data, administrator } };
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
  if (state.status !== 'admitted') throw new Refusal('ERR_AGENCY_UNKNOWN', 'this agency was never admitted');
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
      return withOfficers(state, (agency) => ({ officers: [...agency.officers, event.data] }));
    case 'OfficerRemoved':
      return withOfficers(state, ({ officers, removed }) => ({
        officers: officers.filter(({ officer }) => officer !== event.data.officer),
        removed: [...removed, event.data.officer],
      }));
    default:
      return unreachable(event);
  }
}

function admitted({ name, transportKey, administrator }: AgencyAdmitted['data']): AdmittedAgency {
  return { status: 'admitted', name, transportKey, officers: [administrator], removed: [] };
}

function withOfficers(state: Agency, change: (agency: AdmittedAgency) => Partial<AdmittedAgency>): Agency {
  const agency = getAdmitted(state);
  return { ...agency, ...change(agency) };
}
