import type { AgencyEvent, Officer } from '#domain/agency/events.ts';
import type { Role } from '#domain/agency/roles.ts';
import { idOf } from '#domain/envelope.ts';
import type { PublicKey } from '#domain/publicKey.ts';
import { unreachable } from '#domain/unreachable.ts';
import { foldRows } from './foldRows.ts';
import { ask } from './postgres/ask.ts';
import type { Database } from './postgres/database.ts';
import { eventsOf, type ProjectedEvent, type ReadModel } from './readModel.ts';

/** An officer as the ledger knows one; who may act is somebody whose time has come, is not over, and who was not removed. */
export type AgencyOfficer = {
  readonly agency: string;
  readonly officer: string;
  readonly key: PublicKey;
  readonly roles: readonly Role[];
  readonly validFrom: string;
  readonly validUntil: string | null;
  readonly removedAt: string | null;
};

export type Agency = {
  readonly agency: string;
  readonly name: Readonly<Record<string, string>>;
  readonly transportKey: { readonly epoch: number; readonly key: string };
  readonly version: number;
  readonly block: number;
};

type AgencyRow = Omit<Agency, 'transportKey'> & { readonly transport_key: Agency['transportKey'] };
type OfficerRow = {
  readonly id: string;
  readonly agency: string;
  readonly officer: string;
  readonly key: PublicKey;
  readonly roles: readonly Role[];
  readonly valid_from: string;
  readonly valid_until: string | null;
  readonly removed_at: string | null;
};
type AgencyFact = ProjectedEvent<AgencyEvent>;

export const agencies: ReadModel = {
  tables: ['agencies', 'officers'],
  project: async (page, target) => {
    const events = eventsOf(page, 'agency');
    const ofAgencies = events.map((item) => ({ key: idOf(item.event.stream), item }));
    await foldRows<AgencyRow, AgencyFact>(target, { table: 'agencies', key: 'agency' }, ofAgencies, foldAgency);
    const ofOfficers = events.map((item) => ({ key: officerId(item), item }));
    await foldRows<OfficerRow, AgencyFact>(target, { table: 'officers', key: 'id' }, ofOfficers, foldOfficer);
  },
};

function foldAgency(row: AgencyRow | undefined, { event, place }: AgencyFact): AgencyRow | undefined {
  const at = { version: event.version, block: place.block };
  switch (event.type) {
    case 'AgencyAdmitted':
      return { agency: idOf(event.stream), name: event.data.name, transport_key: event.data.transportKey, ...at };
    case 'OfficerAdded':
    case 'OfficerRemoved':
      return row && { ...row, ...at };
    default:
      return unreachable(event);
  }
}

function officerId({ event }: AgencyFact): string {
  const { officer } = event.type === 'AgencyAdmitted' ? event.data.administrator : event.data;
  return `${idOf(event.stream)} ${officer}`;
}

function foldOfficer(row: OfficerRow | undefined, fact: AgencyFact): OfficerRow | undefined {
  const { event } = fact;
  switch (event.type) {
    case 'AgencyAdmitted':
      return newOfficer(fact, event.data.administrator);
    case 'OfficerAdded':
      return newOfficer(fact, event.data);
    case 'OfficerRemoved':
      return row && { ...row, removed_at: event.at };
    default:
      return unreachable(event);
  }
}

function newOfficer(fact: AgencyFact, { officer, key, roles, validFrom, validUntil }: Officer): OfficerRow {
  const names = { id: officerId(fact), agency: idOf(fact.event.stream), officer };
  return { ...names, key, roles, valid_from: validFrom, valid_until: validUntil ?? null, removed_at: null };
}

const officerById = {
  name: 'find-officer',
  text: `select agency, officer, key, roles, valid_from as "validFrom", valid_until as "validUntil",
      removed_at as "removedAt"
    from model.officers where id = $1 || ' ' || $2`,
};
const agencyByName = {
  name: 'find-agency',
  text: 'select agency, name, transport_key as "transportKey", version, block from model.agencies where agency = $1',
};

/** An officer of an agency, also one who was removed: old facts carry the id for ever. */
export async function findOfficer(db: Database, agency: string, officer: string): Promise<AgencyOfficer | undefined> {
  const [found] = await ask<AgencyOfficer>(db, officerById, [agency, officer]);
  return found;
}

export async function findAgency(db: Database, agency: string): Promise<Agency | undefined> {
  const [found] = await ask<Agency>(db, agencyByName, [agency]);
  return found;
}
