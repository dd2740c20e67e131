import { resolveArrayConnection, resolveOffsetConnection } from '@pothos/plugin-relay';
import { findAccessRecords } from '#projections/logs/accessRecords.ts';
import { findConsentsOf, type Consent } from '#projections/models/consents.ts';
import { findIdentity } from '#projections/models/identityDetails.ts';
import { openAttributes } from '#projections/keys/opening.ts';
import { findTombstone } from '#projections/models/tombstones.ts';
import { findPastPoint, type FoundPoint } from '../past/asOf.ts';
import { attributesAt, comparePerson } from '../past/differences.ts';
import type { AccessRef } from './access.ts';
import type { AsOfTypes } from './asOf.ts';
import type { addAttributes } from './attributes.ts';
import type { Builder, ObjectFields } from './builder.ts';
import { checkPage } from './checkPage.ts';
import type { ConsentRef } from './consent.ts';
import type { FactRef } from './fact.ts';
import { addPersonDifference } from './personDifference.ts';
import type { TombstoneRef } from './tombstone.ts';

type Types = {
  readonly attributes: ReturnType<typeof addAttributes>;
  readonly consent: ConsentRef;
  readonly asOf: AsOfTypes;
  readonly fact: FactRef;
  readonly tombstone: TombstoneRef;
  readonly access: AccessRef;
};
/** A person, now, or as of a point. */
type Resident = { readonly identity: string; readonly point?: FoundPoint | undefined };

/** What people see of themselves: what is or was held about them, what they said yes to, and who looked. */
export function addResident(builder: Builder, types: Types): void {
  const difference = addPersonDifference(builder, types);
  const resident = builder.objectRef<Resident>('Resident').implement({
    description: 'The person who asks.',
    fields: (t) => ({
      ...stateFields(t, types),
      consents: t.connection({
        type: types.consent,
        description: 'Newest first; withdrawn and past ones too.',
        resolve: async ({ identity, point }, args, { database, keystore }) =>
          resolveArrayConnection<Consent>({ args }, [...(await findConsentsOf(database, keystore, identity, point))]),
      }),
      accesses: accessesField(t, types.access),
      difference: t.field({
        type: difference,
        description: 'What became another about you between two points.',
        args: {
          from: t.arg({ type: types.asOf.input, required: true }),
          to: t.arg({ type: types.asOf.input, description: 'By default now.' }),
        },
        resolve: ({ identity }, points, context) => comparePerson(context, identity, points),
      }),
    }),
  });
  builder.queryField('me', (t) =>
    t.withAuth({ resident: true }).field({
      type: resident,
      args: { asOf: t.arg({ type: types.asOf.input }) },
      resolve: async (_root, { asOf }, context) => ({
        identity: context.caller.identity,
        point: await findPastPoint(context, asOf),
      }),
    }),
  );
}

function accessesField(t: ObjectFields<Resident>, access: AccessRef) {
  return t.connection({
    type: access,
    description: 'Who looked, newest first; refused requests too.',
    resolve: ({ identity }, args, { accessLog, database, keystore }) =>
      resolveOffsetConnection({ args }, async (page) => {
        const { end, offset } = checkPage(page);
        await accessLog.caughtUp();
        return (await findAccessRecords(database, keystore, identity, end)).slice(offset);
      }),
  });
}

function stateFields(t: ObjectFields<Resident>, { attributes, asOf, tombstone }: Types) {
  return {
    asOf: t.field({ type: asOf.point, nullable: true, description: 'Null: now.', resolve: ({ point }) => point }),
    status: t.string({
      nullable: true,
      description: 'active, suspended, deactivated, deceased, merged or erased; null before the registration.',
      resolve: async ({ identity, point }, _args, { database }) =>
        (await findIdentity(database, identity, point))?.status,
    }),
    attributes: t.field({
      type: attributes,
      resolve: async ({ identity, point }, _args, context) => {
        const { database, keystore } = context;
        const opened = await (point === undefined
          ? openAttributes(database, keystore, identity)
          : attributesAt(context, identity, point));
        return new Map([...opened].map(([name, { value }]) => [name, value]));
      },
    }),
    tombstone: t.field({
      type: tombstone,
      nullable: true,
      description: 'Also at points before the erasure.',
      resolve: ({ identity }, _args, { database }) => findTombstone(database, identity),
    }),
  };
}
