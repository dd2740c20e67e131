import type { AgencyAdmitted, AgencyEvent, Officer, OfficerAdded, OfficerRemoved } from '#domain/agency/events.ts';
import type { Role } from '#domain/agency/roles.ts';
import { idOf, type LedgerEvent } from '#domain/envelope.ts';
import type { PublicKey } from '#domain/publicKey.ts';
import { unreachable } from '#domain/unreachable.ts';
import { foldRows } from './foldRows.ts';
import { ask } from '../postgres/ask.ts';
import type { Database } from '../postgres/database.ts';
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

/** An agency as the ledger knows it, with the keys in force; one that was removed stays listed. */
export type Agency = {
  readonly agency: string;
  readonly name: Readonly<Record<string, string>>;
  readonly transportKey: { readonly epoch: number; readonly key: string };
  /** Ed25519, raw in base64url; null before the agency has named one. */
  readonly logKey: string | null;
  /** Signs the answers of the agency's node; null before the agency has named one. */
  readonly nodeKey: PublicKey | null;
  readonly removedAt: string | null;
  readonly version: number;
  readonly block: number;
};

type AgencyRow = Pick<Agency, 'agency' | 'name' | 'version' | 'block'> & {
  readonly transport_key: Agency['transportKey'];
  readonly log_key: Agency['logKey'];
  readonly node_key: Agency['nodeKey'];
  readonly removed_at: Agency['removedAt'];
};
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
type OfficerFact = ProjectedEvent<AgencyAdmitted | OfficerAdded | OfficerRemoved>;

/** Who takes part, and the officers of each. */
export const agencies: ReadModel = {
  tables: ['agencies', 'officers'],
  project: async (page, target) => {
    const events = eventsOf(page, 'agency');
    const ofAgencies = events.map((item) => ({ key: idOf(item.event.stream), item }));
    await foldRows<AgencyRow, AgencyFact>(target, { table: 'agencies', key: 'agency' }, ofAgencies, foldAgency);
    const ofOfficers = events.flatMap((item) => (isOfOfficer(item) ? [{ key: officerId(item), item }] : []));
    await foldRows<OfficerRow, OfficerFact>(target, { table: 'officers', key: 'id' }, ofOfficers, foldOfficer);
  },
};

function foldAgency(row: AgencyRow | undefined, { event, place }: AgencyFact): AgencyRow | undefined {
  const at = { version: event.version, block: place.block };
  switch (event.type) {
    case 'AgencyAdmitted':
      return newAgency(event, at);
    case 'TransportKeyRotated':
      return row && { ...row, transport_key: event.data, ...at };
    case 'LogKeyRotated':
      return row && { ...row, log_key: event.data.key, ...at };
    case 'NodeKeyRotated':
      return row && { ...row, node_key: event.data.key, ...at };
    case 'AgencyRemoved':
      return row && { ...row, removed_at: event.at, ...at };
    case 'KeyHandOverAgreed':
    case 'OfficerAdded':
    case 'OfficerRemoved':
      return row && { ...row, ...at };
    default:
      return unreachable(event);
  }
}

function newAgency(
  { stream, data }: LedgerEvent<AgencyAdmitted>,
  at: { readonly version: number; readonly block: number },
): AgencyRow {
  const { name, transportKey, logKey = null, nodeKey = null } = data;
  const keys = { transport_key: transportKey, log_key: logKey, node_key: nodeKey };
  return { agency: idOf(stream), name, ...keys, removed_at: null, ...at };
}

function isOfOfficer(fact: AgencyFact): fact is OfficerFact {
  return ['AgencyAdmitted', 'OfficerAdded', 'OfficerRemoved'].includes(fact.event.type);
}

function officerId({ event }: OfficerFact): string {
  const { officer } = event.type === 'AgencyAdmitted' ? event.data.administrator : event.data;
  return `${idOf(event.stream)} ${officer}`;
}

function foldOfficer(row: OfficerRow | undefined, fact: OfficerFact): OfficerRow | undefined {
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

function newOfficer(fact: OfficerFact, { officer, key, roles, validFrom, validUntil }: Officer): OfficerRow {
  const names = { id: officerId(fact), agency: idOf(fact.event.stream), officer };
  return { ...names, key, roles, valid_from: validFrom, valid_until: validUntil ?? null, removed_at: null };
}

/** What these facts of one agency, oldest first, make of it. */
export function agencyFrom(facts: readonly AgencyFact[]): Agency | undefined {
  const row = facts.reduce<AgencyRow | undefined>(foldAgency, undefined);
  if (row === undefined) return undefined;
  const { transport_key: transportKey, log_key: logKey, node_key: nodeKey, removed_at: removedAt, ...rest } = row;
  return { ...rest, transportKey, logKey, nodeKey, removedAt };
}

/** What these facts of one agency, oldest first, make of its officers, in the order in which they came. */
export function officersFrom(facts: readonly AgencyFact[]): readonly AgencyOfficer[] {
  const rows = new Map<string, OfficerRow>();
  for (const fact of facts.filter(isOfOfficer)) {
    const row = foldOfficer(rows.get(officerId(fact)), fact);
    if (row !== undefined) rows.set(row.id, row);
  }
  return [...rows.values()].map(({ agency, officer, key, roles, valid_from, valid_until, removed_at }) => ({
    ...{ agency, officer, key, roles },
    ...{ validFrom: valid_from, validUntil: valid_until, removedAt: removed_at },
  }));
}

const officerById = {
  name: 'find-officer',
  text: `select agency, officer, key, roles, valid_from as "validFrom", valid_until as "validUntil",
      removed_at as "removedAt"
    from model.officers where id = $1 || ' ' || $2`,
};
const agencyColumns = `agency, name, transport_key as "transportKey", log_key as "logKey", node_key as "nodeKey",
    removed_at as "removedAt", version, block`;
const agencyByName = { name: 'find-agency', text: `select ${agencyColumns} from model.agencies where agency = $1` };
const everyAgency = { name: 'find-agencies', text: `select ${agencyColumns} from model.agencies order by agency` };

/** An officer of an agency, also one who was removed: old facts carry the id for ever. */
export async function findOfficer(db: Database, agency: string, officer: string): Promise<AgencyOfficer | undefined> {
  const [found] = await ask<AgencyOfficer>(db, officerById, [agency, officer]);
  return found;
}

/** An agency, also one that was removed. */
export async function findAgency(db: Database, agency: string): Promise<Agency | undefined> {
  const [found] = await ask<Agency>(db, agencyByName, [agency]);
  return found;
}

/** Every agency that was ever admitted, by name. */
export async function findAgencies(db: Database): Promise<readonly Agency[]> {
  return ask<Agency>(db, everyAgency, []);
}
