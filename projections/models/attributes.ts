import { idOf } from '#domain/envelope.ts';
import { deleteErased } from './erasedRows.ts';
import type { Point } from '../past/point.ts';
import { ask } from '../postgres/ask.ts';
import type { Database } from '../postgres/database.ts';
import { insertNewRows } from '../postgres/rows.ts';
import { eventsOf, type ReadModel } from './readModel.ts';

/** Private values of an identity as they lie at rest; `wrapped` is their content key under the node's own key. */
export type SealedAttributes = {
  readonly version: number;
  readonly class: string;
  readonly entry: Uint8Array;
  readonly wrapped: Uint8Array;
};

/** Which versions of an identity carry private values of which class; the values themselves lie sealed in the store. */
export const attributes: ReadModel = {
  tables: ['attributes'],
  project: async (page, { trx, schema }) => {
    const rows = eventsOf(page, 'identity').flatMap(({ event: { stream, version, sealed } }) =>
      sealed === undefined ? [] : [{ identity: idOf(stream), version, class: sealed.class }],
    );
    await insertNewRows(trx, { schema, table: 'attributes' }, rows);
    await deleteErased(page, { trx, schema }, 'attributes');
  },
};

const ofIdentity = {
  name: 'find-sealed-attributes',
  text: `select asked.place, a.version, a.class, e.entry, k.wrapped
    from unnest($1::text[], $2::text[]) with ordinality as asked(identity, classes, place)
    join model.attributes a on a.identity = asked.identity
      and (asked.classes is null or a.class = any(string_to_array(asked.classes, ' ')))
    join store.sealed_entries e on e.stream = 'identity-' || a.identity and e.version = a.version
    join keystore.content_keys k on k.stream = e.stream and k.version = e.version
    order by a.version`,
};

/** The sealed values that this node has of an identity, oldest first; of these classes where some are named. */
export async function findSealedAttributes(
  db: Database,
  identity: string,
  classes?: readonly string[],
): Promise<readonly SealedAttributes[]> {
  return db.askTogether<SealedAttributes>(ofIdentity, [identity, classes?.join(' ') ?? null]);
}

/** The same at a point: what was known then. `held`: whether it was recorded early enough to hold by the effective day. */
export type KnownAttributes = SealedAttributes & { readonly held: boolean };

const knownAt = {
  name: 'find-sealed-attributes-known',
  text: `select a.version, a.class, e.entry, k.wrapped, f.block <= $3 as held
    from model.attributes a
    join store.events f on f.stream = 'identity-' || a.identity and f.version = a.version and f.block <= $2
    join store.sealed_entries e on e.stream = f.stream and e.version = a.version
    join keystore.content_keys k on k.stream = e.stream and k.version = e.version
    where a.identity = $1 order by a.version`,
};

/** The sealed values of an identity that were known at a point, oldest first. What is erased since is gone from here too. */
export async function findKnownAttributes(
  db: Database,
  identity: string,
  { known, held }: Point,
): Promise<readonly KnownAttributes[]> {
  return ask<KnownAttributes>(db, knownAt, [identity, known, held]);
}
