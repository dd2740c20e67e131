import { nounOf } from '#domain/envelope.ts';
import {
  countFactsIn,
  listChangedStreams,
  type BlockRange,
  type ChangedStream,
  type FactCount,
  type FieldChange,
} from '#projections/past/differences.ts';
import { findTimeline } from '#projections/models/timelinePages.ts';
import { compareStream, findPoints, type Points, type StreamDifference } from '../past/differences.ts';
import { checkStream } from '../past/timeline.ts';
import type { AsOfTypes } from './asOf.ts';
import type { Builder } from './builder.ts';
import type { FactRef } from './fact.ts';
import { placeConnection } from './placeConnection.ts';
import type { NounRef } from './timeline.ts';

type Types = { readonly fact: FactRef; readonly asOf: AsOfTypes; readonly noun: NounRef };

/** What auditors can compare: a stream, or the whole registry, with itself at another point. */
export function addDifferences(builder: Builder, types: Types): void {
  const { input } = types.asOf;
  const ofStream = addStreamDifference(builder, types);
  const ofRegistry = addRegistryDifference(builder, types);
  builder.queryFields((t) => ({
    streamDifference: t.withAuth({ auditor: true }).field({
      type: ofStream,
      nullable: true,
      description: 'What became another in a stream; null when it has not begun by the later point.',
      args: {
        stream: t.arg.string({ required: true }),
        from: t.arg({ type: input, required: true }),
        to: t.arg({ type: input, description: 'By default now.' }),
      },
      resolve: (_root, { stream, ...points }, context) => {
        checkStream(stream);
        return compareStream(context, stream, points);
      },
    }),
    registryDifference: t.withAuth({ auditor: true }).field({
      type: ofRegistry,
      description: 'What was recorded after one point, up to another.',
      args: {
        from: t.arg({ type: input, required: true }),
        to: t.arg({ type: input, description: 'By default now.' }),
      },
      resolve: (_root, points, context) => findPoints(context, points),
    }),
  }));
}

function addStreamDifference(builder: Builder, { fact, asOf: { point } }: Types) {
  const change = builder.objectRef<FieldChange>('FieldChange').implement({
    description: 'A public field with two values; null: not there.',
    fields: (t) => ({
      path: t.exposeString('path', { description: 'Dots lead into objects: officers.o1.removedAt.' }),
      before: t.expose('before', { type: 'JSON', nullable: true }),
      after: t.expose('after', { type: 'JSON', nullable: true }),
    }),
  });
  return builder.objectRef<StreamDifference>('StreamDifference').implement({
    description: 'Two public states of one stream, and the facts between them.',
    fields: (t) => ({
      from: t.expose('from', { type: point }),
      to: t.expose('to', { type: point }),
      changes: t.field({ type: [change], resolve: ({ changes }) => [...changes] }),
      facts: t.connection({
        type: fact,
        description: 'By which it became so, and whose they are.',
        resolve: ({ stream, ...points }, args, { database }) => {
          const { after, upTo } = rangeOf(points);
          return placeConnection(args, (page) =>
            findTimeline(database, { stream, fromBlock: after + 1, toBlock: upTo }, page),
          );
        },
      }),
    }),
  });
}

function addRegistryDifference(builder: Builder, { asOf: { point }, noun }: Types) {
  const count = builder.objectRef<FactCount>('FactCount').implement({
    fields: (t) => ({
      type: t.exposeString('type'),
      agency: t.exposeString('agency'),
      count: t.exposeInt('count'),
    }),
  });
  const changed = builder.objectRef<ChangedStream>('ChangedStream').implement({
    description: 'A stream that got facts, and which versions they are.',
    fields: (t) => ({
      stream: t.exposeString('stream'),
      noun: t.field({ type: noun, resolve: ({ stream }) => nounOf(stream) }),
      firstVersion: t.exposeInt('firstVersion'),
      lastVersion: t.exposeInt('lastVersion'),
    }),
  });
  return builder.objectRef<Points>('RegistryDifference').implement({
    description: 'Everything that was recorded between two points.',
    fields: (t) => ({
      from: t.expose('from', { type: point }),
      to: t.expose('to', { type: point }),
      counts: t.field({
        type: [count],
        description: 'How many facts of each type, by agency.',
        resolve: async (points, _args, { database }) => [...(await countFactsIn(database, rangeOf(points)))],
      }),
      streams: t.connection({
        type: changed,
        description: 'In the order of their first change.',
        resolve: (points, args, { database }) =>
          placeConnection(args, (page) => listChangedStreams(database, rangeOf(points), page)),
      }),
    }),
  });
}

function rangeOf({ from, to }: Points): BlockRange {
  return { after: from.held, upTo: to.held };
}
