import type { IdentityEvent } from '#domain/identity/events.ts';
import { idOf } from '#domain/envelope.ts';
import { unreachable } from '#domain/unreachable.ts';
import { foldRows } from './foldRows.ts';
import { factsOf } from '../past/pastFacts.ts';
import type { Point } from '../past/point.ts';
import { ask } from '../postgres/ask.ts';
import type { Database } from '../postgres/database.ts';
import { eventsOf, type ProjectedEvent, type ReadModel } from './readModel.ts';

/** Where an identity is in its life; before it is registered there is none. */
export type IdentityStatus = 'active' | 'suspended' | 'deactivated' | 'deceased' | 'merged' | 'erased';

type Row = {
  readonly identity: string;
  readonly status: IdentityStatus;
  /** Of a merged identity: what a split brings back. */
  readonly status_before: IdentityStatus | null;
  readonly schema: number;
  readonly version: number;
  readonly registered_at: string;
  readonly changed_at: string;
  readonly block: number;
};

/** State of an identity: `version` is that of its stream, `block` the last that changed it. */
export type IdentityDetails = {
  readonly identity: string;
  readonly status: IdentityStatus;
  readonly schema: number;
  readonly version: number;
  readonly registeredAt: string;
  readonly changedAt: string;
  readonly block: number;
};

/** The public state of each identity. */
export const identityDetails: ReadModel = {
  tables: ['identity_details'],
  project: async (page, target) => {
    const items = eventsOf(page, 'identity').map((item) => ({ key: idOf(item.event.stream), item }));
    await foldRows<Row, (typeof items)[number]['item']>(
      target,
      { table: 'identity_details', key: 'identity' },
      items,
      fold,
    );
  },
};

function fold(row: Row | undefined, { event, place }: ProjectedEvent<IdentityEvent>): Row {
  const begun: Row = row ?? {
    identity: idOf(event.stream),
    status: 'active',
    status_before: null,
    schema: 0,
    version: 0,
    registered_at: event.at,
    changed_at: event.at,
    block: place.block,
  };
  return { ...begun, ...changes(begun, event), version: event.version, changed_at: event.at, block: place.block };
}

function changes(row: Row, event: IdentityEvent): Partial<Row> {
  switch (event.type) {
    case 'IdentityRegistered':
    case 'AttributesRecorded':
    case 'AttributesCorrected':
      return { schema: event.data.schema };
    case 'IdentitySuspended':
      return { status: 'suspended' };
    case 'IdentityReinstated':
      return { status: 'active' };
    case 'IdentityDeactivated':
      return { status: 'deactivated' };
    case 'DeathRecorded':
      return { status: 'deceased' };
    case 'IdentityMerged':
      return { status: 'merged', status_before: row.status };
    case 'IdentitySplit':
      return { status: row.status_before ?? 'active', status_before: null };
    case 'IdentityErased':
      return { status: 'erased', status_before: null };
    case 'PersonKeyBound':
    case 'PersonKeyRecovered':
      return {};
    default:
      return unreachable(event);
  }
}

/** What these facts of one identity, oldest first, make of it. */
export function identityFrom(facts: readonly ProjectedEvent<IdentityEvent>[]): IdentityDetails | undefined {
  const row = facts.reduce<Row | undefined>(fold, undefined);
  if (row === undefined) return undefined;
  const { identity, status, schema, version, block } = row;
  return { identity, status, schema, version, registeredAt: row.registered_at, changedAt: row.changed_at, block };
}

const byId = {
  name: 'find-identity',
  text: `select identity, status, schema, version, registered_at as "registeredAt", changed_at as "changedAt", block
    from model.identity_details where identity = $1`,
};

/** An identity now, or as it was at a point. */
export async function findIdentity(
  db: Database,
  identity: string,
  point?: Point,
): Promise<IdentityDetails | undefined> {
  if (point !== undefined) return identityFrom(await factsOf(db, 'identity', identity, point));
  const [found] = await ask<IdentityDetails>(db, byId, [identity]);
  return found;
}
