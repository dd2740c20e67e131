import { sql, type RawBuilder } from 'kysely';
import type { IdentityEvent } from '#domain/identity/events.ts';
import { canonicalHandle, handleKind } from '#domain/identity/handle.ts';
import { deleteErased } from './erasedRows.ts';
import type { IdentityStatus } from './identityDetails.ts';
import type { Keystore } from '../keys/keystore.ts';
import type { Database } from '../postgres/database.ts';
import { eventsOf, type ModelTarget, type ProjectedEvent, type ReadModel } from './readModel.ts';

/** What a caller knows of a person: `number`, `enrolment` or `handle-<attribute>`, and its value. */
export type Identifier = { readonly kind: string; readonly value: string };

/** By what an identity is found: blind indexes of its number, its enrolment and its handles. */
export const identifiers: ReadModel = {
  tables: ['identifiers'],
  project: async (page, target) => {
    const events = sealedIn(page);
    const begun = new Set(events.flatMap(({ event: { stream, version } }) => (version === 1 ? [stream] : [])));
    const isNew = ({ event: { stream } }: Sealed) => begun.has(stream);
    // Of an identity that begins in this page there are no rows yet; to be ready for some costs PostgreSQL half as much again.
    await insert(events.filter(isNew), target, sql``);
    await insert(
      events.filter((each) => !isNew(each)),
      target,
      replacing,
    );
    await deleteErased(page, target, 'identifiers');
  },
  heal: (page, target) => insert(sealedIn(page), target, replacing),
};

type Sealed = ProjectedEvent<IdentityEvent>;

function sealedIn(page: readonly ProjectedEvent[]): readonly Sealed[] {
  return eventsOf(page, 'identity').filter(({ event }) => event.sealed !== undefined);
}

const replacing = sql`
  on conflict (identity, kind) do update set version = excluded.version, blind_index = excluded.blind_index
  where identifiers.version <= excluded.version`;

// What is indexed was decided when the entry was opened; the newest index of each kind is the one that counts.
async function insert(
  events: readonly Sealed[],
  { trx, schema }: ModelTarget,
  onConflict: RawBuilder<unknown>,
): Promise<void> {
  if (events.length === 0) return;
  const streams = events.map(({ event }) => event.stream);
  const versions = events.map(({ event }) => event.version);
  await sql`
    insert into ${sql.id(schema, 'identifiers')} (identity, kind, version, blind_index)
    select distinct on (b.stream, b.kind) substr(b.stream, length('identity-') + 1), b.kind, b.version, b.blind_index
    from unnest(${streams}::text[], ${versions}::integer[]) as page(stream, version)
    join keystore.blind_indexes b on b.stream = page.stream and b.version = page.version
    order by b.stream, b.kind, b.version desc
    ${onConflict}`.execute(trx);
}

const byIndex = {
  name: 'find-by-identifier',
  text: `select asked.place, i.identity, d.status
    from unnest($1::text[]) with ordinality as asked(blind_index, place)
    join model.identifiers i using (blind_index)
    join model.identity_details d using (identity)`,
};

/** The identity that has this number, enrolment or handle, whatever its status. */
export async function findByIdentifier(
  db: Database,
  keystore: Keystore,
  { kind, value }: Identifier,
): Promise<{ readonly identity: string; readonly status: IdentityStatus } | undefined> {
  const isHandle = kind.startsWith(handleKind(''));
  const canonical = isHandle ? (canonicalHandle(value) ?? '') : value;
  const [found] = await db.askTogether<{ identity: string; status: IdentityStatus }>(byIndex, [
    keystore.blindIndex(kind, canonical),
  ]);
  return found;
}
