import { nouns } from '#domain/envelope.ts';
import { factTypes } from '#domain/factTypes.ts';
import { findTimeline } from '#projections/models/timelinePages.ts';
import { findPoint } from '../past/asOf.ts';
import { checkStream, timelineFilter } from '../past/timeline.ts';
import type { AsOfTypes } from './asOf.ts';
import type { Builder, InputFields } from './builder.ts';
import type { FactRef } from './fact.ts';
import { placeConnection } from './placeConnection.ts';

type AuditTypes = FactKinds & { readonly fact: FactRef; readonly asOf: AsOfTypes };

/** What facts are about and what can happen, to ask by. */
export function addFactKinds(builder: Builder) {
  return {
    noun: builder.enumType('Noun', { description: 'What a stream is about.', values: nouns }),
    factType: builder.enumType('FactType', { description: 'What can happen; new types come.', values: factTypes }),
  };
}
/** The types `Noun` and `FactType` of the schema. */
export type FactKinds = ReturnType<typeof addFactKinds>;
/** The type `Noun` of the schema. */
export type NounRef = FactKinds['noun'];

/** Everything that has happened, for auditors: of one stream, or of all, by who, what and when. */
export function addTimeline(builder: Builder, { fact, asOf, ...kinds }: AuditTypes): void {
  builder.queryField('history', (t) =>
    t.withAuth({ auditor: true }).connection({
      type: fact,
      description: 'Everything that has happened to a stream, oldest first.',
      args: {
        stream: t.arg.string({ required: true, description: '`noun-id`, as identity-7f3c…' }),
        asOf: t.arg({ type: asOf.input }),
      },
      resolve: async (_root, { stream, asOf: asked, ...args }, context) => {
        checkStream(stream);
        const { held } = await findPoint(context, asked ?? {});
        return placeConnection(args, (page) => findTimeline(context.database, { stream, toBlock: held }, page));
      },
    }),
  );
  const filter = addFilter(builder, kinds);
  builder.queryField('timeline', (t) =>
    t.withAuth({ auditor: true }).connection({
      type: fact,
      description: 'The facts of the whole registry in ledger order, oldest first; `last: 20` for the newest.',
      args: { filter: t.arg({ type: filter }) },
      resolve: async (_root, { filter: asked, ...args }, context) => {
        const wanted = await timelineFilter(context, asked ?? {});
        return placeConnection(args, (page) => findTimeline(context.database, wanted, page));
      },
    }),
  );
}

function addFilter(builder: Builder, kinds: FactKinds) {
  return builder.inputType('TimelineFilter', {
    description: 'What is left out does not matter; of what is given, all must be true.',
    fields: (t) => ({
      ...ofFact(t, kinds),
      from: t.field({ type: 'Instant', description: 'Recorded at this time or later.' }),
      to: t.field({ type: 'Instant', description: 'Recorded before this time.' }),
      fromBlock: t.int({ description: 'The first block.' }),
      toBlock: t.int({ description: 'The last block.' }),
    }),
  });
}

/** What every filter of facts can ask of one: whose it is, who sent and signed it, and what has happened. */
export function ofFact(t: InputFields, { noun, factType }: FactKinds) {
  return {
    stream: t.string({ description: '`noun-id`.' }),
    noun: t.field({ type: noun }),
    agency: t.string({ description: 'The agency whose node sent it.' }),
    officer: t.string({ description: 'Who signed it, by the opaque id.' }),
    types: t.field({ type: [factType], description: 'Any of them.' }),
  };
}
