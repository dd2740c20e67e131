import { findTimeline } from '#projections/models/timelinePages.ts';
import type { AttributeChange, PersonDifference } from '../past/differences.ts';
import type { AsOfTypes } from './asOf.ts';
import type { Builder } from './builder.ts';
import type { FactRef } from './fact.ts';
import { placeConnection } from './placeConnection.ts';

/** What became another about a person, in clear. */
export function addPersonDifference(
  builder: Builder,
  { asOf, fact }: { readonly asOf: AsOfTypes; readonly fact: FactRef },
) {
  const change = addAttributeChange(builder);
  return builder.objectRef<PersonDifference>('PersonDifference').implement({
    description: 'What is held about a person at two points.',
    fields: (t) => ({
      from: t.expose('from', { type: asOf.point }),
      to: t.expose('to', { type: asOf.point }),
      statusBefore: t.exposeString('statusBefore', { nullable: true }),
      statusAfter: t.exposeString('statusAfter', { nullable: true }),
      changes: t.field({ type: [change], resolve: ({ changes }) => [...changes] }),
      facts: t.connection({
        type: fact,
        description: 'Everything recorded about you up to the later point, oldest first: what, when, and by whom.',
        resolve: ({ identity, to }, args, { database }) =>
          placeConnection(args, (page) =>
            findTimeline(database, { stream: `identity-${identity}`, toBlock: to.known }, page),
          ),
      }),
    }),
  });
}

function addAttributeChange(builder: Builder) {
  return builder.objectRef<AttributeChange>('AttributeChange').implement({
    description: 'An attribute with two values; null: none.',
    fields: (t) => ({
      attribute: t.exposeString('attribute'),
      before: t.field({ type: 'JSON', nullable: true, resolve: ({ before }) => before?.value }),
      after: t.field({ type: 'JSON', nullable: true, resolve: ({ after }) => after?.value }),
      version: t.int({
        nullable: true,
        description: 'Of the fact that said the later value; it is among the facts of you.',
        resolve: ({ after }) => after?.version,
      }),
      effectiveFrom: t.field({
        type: 'Date',
        nullable: true,
        description: 'Since when the later value holds, where that was said with it.',
        resolve: ({ after }) => after?.effectiveFrom,
      }),
    }),
  });
}
