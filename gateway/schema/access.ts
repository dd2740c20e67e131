import type { AccessRecord } from '#projections/logs/accessRecords.ts';
import type { Builder } from './builder.ts';

export type AccessRef = ReturnType<typeof addAccess>;

/** One look at a person, as the person sees it. */
export function addAccess(builder: Builder) {
  const withheld = builder.objectRef<AccessRecord['withheld'][number]>('AccessWithheld').implement({
    fields: (t) => ({ attribute: t.exposeString('attribute'), reason: t.exposeString('reason') }),
  });
  return builder.objectRef<AccessRecord>('Access').implement({
    description: 'One look at a person: names of attributes, never values.',
    fields: (t) => ({
      accessId: t.exposeID('accessId', { description: 'The signed answer names it.' }),
      at: t.expose('at', { type: 'Instant' }),
      party: t.exposeString('party'),
      kind: t.exposeString('kind', {
        description: "identity, authenticate, officer, notice, or node: another agency's node asked who looked.",
      }),
      purpose: t.exposeString('purpose', { nullable: true }),
      requested: t.exposeStringList('requested'),
      released: t.exposeStringList('released'),
      withheld: t.field({ type: [withheld], resolve: (record) => [...record.withheld] }),
      decision: t.exposeString('decision', { description: 'RELEASED, NOT_AVAILABLE, ESSENTIAL_WITHHELD, MATCHED…' }),
    }),
  });
}
