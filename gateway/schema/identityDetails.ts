import { findTombstone } from '#projections/models/tombstones.ts';
import { readIdentityDetails, type ReadDetails } from '../past/readIdentityDetails.ts';
import { Refused } from '../refused.ts';
import type { AsOfTypes } from './asOf.ts';
import type { Builder } from './builder.ts';
import type { TombstoneRef } from './tombstone.ts';

/** What registrars and adjudicators can see of an identity, now or as of a point. */
export function addIdentityDetails(
  builder: Builder,
  { asOf, tombstone }: { readonly asOf: AsOfTypes; readonly tombstone: TombstoneRef },
): void {
  const details = builder.objectRef<ReadDetails>('IdentityDetails').implement({
    description: 'The state of an identity, without anything about the person.',
    fields: (t) => ({
      id: t.exposeID('identity'),
      asOf: t.field({ type: asOf.point, nullable: true, description: 'Null: now.', resolve: ({ point }) => point }),
      status: t.exposeString('status', {
        description: 'active, suspended, deactivated, deceased, merged or erased.',
      }),
      schema: t.exposeInt('schema', { description: 'Version of the identity schema that its newest values follow.' }),
      version: t.exposeInt('version', { description: 'Number of facts about it.' }),
      registeredAt: t.expose('registeredAt', { type: 'Instant' }),
      changedAt: t.expose('changedAt', { type: 'Instant' }),
      block: t.exposeInt('block', { description: 'Block of the newest fact.' }),
      tombstone: t.field({
        type: tombstone,
        nullable: true,
        description: 'Also at points before the erasure.',
        resolve: ({ identity }, _args, { database }) => findTombstone(database, identity),
      }),
    }),
  });
  builder.queryField('identityDetails', (t) =>
    t.withAuth({ officer: true }).field({
      type: details,
      description: 'The state of an identity. The person sees that the officer looked.',
      errors: { types: [Refused] },
      args: { id: t.arg.id({ required: true }), asOf: t.arg({ type: asOf.input }) },
      resolve: (_root, { id, asOf: asked }, context) => readIdentityDetails(context, id, asked),
    }),
  );
}
