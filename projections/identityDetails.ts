import type { IdentityEvent } from '#domain/identity/events.ts';
import { idOf } from '#domain/envelope.ts';
import { unreachable } from '#domain/unreachable.ts';
import { foldRows } from './foldRows.ts';
import { ask } from './postgres/ask.ts';
import type { Database } from './postgres/database.ts';
import { eventsOf, type ProjectedEvent, type ReadModel } from './readModel.ts';

export type IdentityStatus = 'active' | 'suspended' | 'deactivated' | 'deceased';

type Row = {
  readonly identity: string;
  readonly status: IdentityStatus;
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
    schema: 0,
    version: 0,
    registered_at: event.at,
    changed_at: event.at,
    block: place.block,
  };
  return { ...begun, ...changes(event), version: event.version, changed_at: event.at, block: place.block };
}

function changes(event: IdentityEvent): Partial<Row> {
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
    default:
      return unreachable(event);
  }
}

const byId = {
  name: 'find-identity',
  text: `select identity, status, schema, version, registered_at as "registeredAt", changed_at as "changedAt", block
    from model.identity_details where identity = $1`,
};

export async function findIdentity(db: Database, identity: string): Promise<IdentityDetails | undefined> {
  const [found] = await ask<IdentityDetails>(db, byId, [identity]);
  return found;
}
