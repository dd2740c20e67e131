import { sql } from 'kysely';
import type { AgencyEvent } from '#domain/agency/events.ts';
import type { LogName } from '#domain/anchor/commands.ts';
import type { AnchorEvent } from '#domain/anchor/events.ts';
import { idOf, nounOf } from '#domain/envelope.ts';
import { unreachable } from '#domain/unreachable.ts';
import { type Cosignature, verifyCosignature } from '#ledger/log/cosignature.ts';
import { LogFault } from '#ledger/log/logFault.ts';
import type { Database } from '../postgres/database.ts';
import { upsertRows } from '../postgres/rows.ts';
import { eventsOf, type ModelTarget, type ProjectedEvent, type ReadModel } from './readModel.ts';

/** What an agency has stated about a log. */
export type Anchor = {
  readonly agency: string;
  readonly log: LogName;
  readonly size: number;
  /** base64url. */
  readonly root: string;
  readonly cosignature: Cosignature;
  /** The agency's log key at that moment, raw in base64url; null when it had none. */
  readonly logKey: string | null;
  /** The block that carries it. */
  readonly block: number;
};

type Row = Omit<Anchor, 'cosignature' | 'logKey'> & {
  readonly time: number;
  readonly signature: string;
  readonly log_key: string | null;
};
type KeyRow = { readonly agency: string; readonly key: string | null };

/** What agencies have stated about the logs, each with the log key that the agency had then. */
export const anchors: ReadModel = {
  tables: ['anchors', 'log_keys'],
  project: async (page, target) => {
    const facts = page.filter(({ event }) => ['agency', 'anchor'].includes(nounOf(event.stream)));
    if (facts.length === 0) return;
    const keys = new Map(await keysIn(target));
    const rows = new Map<string, Row>();
    for (const fact of facts) {
      for (const agency of eventsOf([fact], 'agency')) foldKey(keys, agency);
      for (const anchor of eventsOf([fact], 'anchor')) {
        const row = rowOf(anchor, keys);
        rows.set(`${row.agency} ${row.log} ${row.size}`, row);
      }
    }
    const { trx, schema } = target;
    await upsertRows(trx, { schema, table: 'anchors', key: ['agency', 'log', 'size'] }, [...rows.values()]);
    const keyRows: readonly KeyRow[] = [...keys].map(([agency, key]) => ({ agency, key }));
    await upsertRows(trx, { schema, table: 'log_keys', key: ['agency'] }, keyRows);
  },
};

async function keysIn({ trx, schema }: ModelTarget): Promise<readonly (readonly [string, string | null])[]> {
  const { rows } = await sql<KeyRow>`select agency, key from ${sql.id(schema, 'log_keys')}`.execute(trx);
  return rows.map(({ agency, key }) => [agency, key]);
}

function foldKey(keys: Map<string, string | null>, { event }: ProjectedEvent<AgencyEvent>): void {
  const agency = idOf(event.stream);
  switch (event.type) {
    case 'AgencyAdmitted':
      return void keys.set(agency, event.data.logKey ?? null);
    case 'LogKeyRotated':
      return void keys.set(agency, event.data.key);
    case 'AgencyRemoved':
      return void keys.set(agency, null);
    case 'OfficerAdded':
    case 'OfficerRemoved':
    case 'TransportKeyRotated':
    case 'NodeKeyRotated':
    case 'KeyHandOverAgreed':
      return;
    default:
      return unreachable(event);
  }
}

function rowOf({ event, place }: ProjectedEvent<AnchorEvent>, keys: ReadonlyMap<string, string | null>): Row {
  const { log, size, root, cosignature } = event.data;
  const agency = idOf(event.stream);
  return { agency, log, size, root, ...cosignature, log_key: keys.get(agency) ?? null, block: place.block };
}

const columns = sql`a.agency, a.log, a.size, a.root, a.time, a.signature, a.log_key, a.block`;

function anchorFrom({ time, signature, log_key: logKey, ...row }: Row): Anchor {
  return { ...row, logKey, cosignature: { time, signature: Buffer.from(signature, 'base64url') } };
}

/** The newest anchor of each agency. */
export async function findNewestAnchors({ kysely }: Database, log: LogName): Promise<readonly Anchor[]> {
  const { rows } = await sql<Row>`
    select distinct on (a.agency) ${columns} from model.anchors a
    where a.log = ${log} order by a.agency, a.size desc`.execute(kysely);
  return rows.map(anchorFrom);
}

/** Anchors that blocks after this one carry, oldest first. */
export async function findAnchorsAfter({ kysely }: Database, log: LogName, block: number): Promise<readonly Anchor[]> {
  const { rows } = await sql<Row>`
    select ${columns} from model.anchors a
    where a.log = ${log} and a.block > ${block} order by a.block, a.size, a.agency`.execute(kysely);
  return rows.map(anchorFrom);
}

/** What agencies that are still members have anchored at one size. */
export async function findAnchorsAt({ kysely }: Database, log: LogName, size: number): Promise<readonly Anchor[]> {
  const { rows } = await sql<Row>`
    select ${columns} from model.anchors a join model.log_keys k using (agency)
    where a.log = ${log} and a.size = ${size} and k.key is not null order by a.agency`.execute(kysely);
  return rows.map(anchorFrom);
}

/** Sizes above `above` that at least so many agencies have anchored, which are still members; the newest first. */
export async function findAnchoredSizes(
  { kysely }: Database,
  log: LogName,
  { above, agencies }: { readonly above: number; readonly agencies: number },
): Promise<readonly number[]> {
  const { rows } = await sql<{ size: number }>`
    select a.size from model.anchors a join model.log_keys k using (agency)
    where a.log = ${log} and a.size > ${above} and k.key is not null
    group by a.size having count(*) >= ${agencies} order by a.size desc limit 8`.execute(kysely);
  return rows.map(({ size }) => size);
}

/** Agencies that have a log key, in the order of their names. */
export async function findLogKeys({ kysely }: Database): Promise<readonly (KeyRow & { readonly key: string })[]> {
  const { rows } = await sql<{ agency: string; key: string }>`
    select agency, key from model.log_keys where key is not null order by agency`.execute(kysely);
  return rows;
}

/** Whether the anchor is signed by the key that the agency had then, over this text of a checkpoint. By what is no key, nothing is. */
export function isSigned({ logKey, cosignature }: Pick<Anchor, 'logKey' | 'cosignature'>, text: string): boolean {
  try {
    return logKey !== null && verifyCosignature(text, logKey, cosignature);
  } catch (error) {
    if (error instanceof LogFault) return false; // one agency's strange key must not keep the others from anchoring
    throw error;
  }
}
