import { resolveArrayConnection, resolveOffsetConnection } from '@pothos/plugin-relay';
import { findAccessRecords, type AccessRecord } from '#projections/accessRecords.ts';
import { findConsentsOf, type Consent } from '#projections/consents.ts';
import { findIdentity } from '#projections/identityDetails.ts';
import { openAttributes } from '#projections/opening.ts';
import type { addAttributes } from './attributes.ts';
import type { Builder } from './builder.ts';
import { checkPage } from './checkPage.ts';
import type { ConsentRef } from './consent.ts';

type Types = { readonly attributes: ReturnType<typeof addAttributes>; readonly consent: ConsentRef };
type Resident = { readonly identity: string };

/** What people see of themselves: what is held about them, what they said yes to, and who looked. */
export function addResident(builder: Builder, { attributes, consent }: Types): void {
  const resident = builder.objectRef<Resident>('Resident').implement({
    description: 'The person who asks.',
    fields: (t) => ({
      status: t.string({
        nullable: true,
        description: 'active, suspended, deactivated or deceased.',
        resolve: async ({ identity }, _args, { database }) => (await findIdentity(database, identity))?.status,
      }),
      attributes: t.field({
        type: attributes,
        resolve: async ({ identity }, _args, { database, keystore }) => {
          const opened = await openAttributes(database, keystore, identity);
          return new Map([...opened].map(([name, { value }]) => [name, value]));
        },
      }),
      consents: t.connection({
        type: consent,
        description: 'Newest first; withdrawn and past ones too.',
        resolve: async ({ identity }, args, { database, keystore }) =>
          resolveArrayConnection<Consent>({ args }, [...(await findConsentsOf(database, keystore, identity))]),
      }),
      accesses: t.connection({
        type: addAccess(builder),
        description: 'Who looked, newest first; refused requests too.',
        resolve: ({ identity }, args, { database, keystore }) =>
          resolveOffsetConnection({ args }, async (page) => {
            const { end, offset } = checkPage(page);
            return (await findAccessRecords(database, keystore, identity, end)).slice(offset);
          }),
      }),
    }),
  });
  builder.queryField('me', (t) =>
    t.withAuth({ resident: true }).field({
      type: resident,
      resolve: (_root, _args, { caller }) => ({ identity: caller.identity }),
    }),
  );
}

function addAccess(builder: Builder) {
  const withheld = builder.objectRef<AccessRecord['withheld'][number]>('AccessWithheld').implement({
    fields: (t) => ({ attribute: t.exposeString('attribute'), reason: t.exposeString('reason') }),
  });
  return builder.objectRef<AccessRecord>('Access').implement({
    description: 'One look at a person: names of attributes, never values.',
    fields: (t) => ({
      accessId: t.exposeID('accessId', { description: 'The signed answer names it.' }),
      at: t.expose('at', { type: 'Instant' }),
      party: t.exposeString('party'),
      kind: t.exposeString('kind', { description: 'identity, authenticate or officer.' }),
      purpose: t.exposeString('purpose', { nullable: true }),
      requested: t.exposeStringList('requested'),
      released: t.exposeStringList('released'),
      withheld: t.field({ type: [withheld], resolve: (record) => [...record.withheld] }),
      decision: t.exposeString('decision', { description: 'RELEASED, NOT_AVAILABLE, ESSENTIAL_WITHHELD, MATCHED…' }),
    }),
  });
}
