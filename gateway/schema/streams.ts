import { nounOf } from '#domain/envelope.ts';
import { sha256 } from '#domain/seal/digest.ts';
import { findStream, listStreams, type PastStream } from '#projections/past/pastFacts.ts';
import { stateFrom } from '#projections/past/streamState.ts';
import { findPoint } from '../past/asOf.ts';
import { checkStream } from '../past/timeline.ts';
import type { AsOfTypes } from './asOf.ts';
import type { Builder } from './builder.ts';
import { placeConnection } from './placeConnection.ts';
import type { NounRef } from './timeline.ts';

/** What auditors can ask of any stream, whatever it is about: its public state, now or as of a point. */
export function addStreams(
  builder: Builder,
  { asOf, noun }: { readonly asOf: AsOfTypes; readonly noun: NounRef },
): void {
  const stream = addStream(builder, noun);
  builder.queryFields((t) => ({
    stream: t.withAuth({ auditor: true }).field({
      type: stream,
      nullable: true,
      description: 'The public state of one stream; null before its first fact.',
      args: { stream: t.arg.string({ required: true }), asOf: t.arg({ type: asOf.input }) },
      resolve: async (_root, { stream: name, asOf: asked }, context) => {
        checkStream(name);
        return findStream(context.database, name, await findPoint(context, asked ?? {}));
      },
    }),
    streams: t.withAuth({ auditor: true }).connection({
      type: stream,
      description: 'The streams of a noun, in the order in which they began.',
      args: { noun: t.arg({ type: noun, required: true }), asOf: t.arg({ type: asOf.input }) },
      resolve: async (_root, { noun: wanted, asOf: asked, ...args }, context) => {
        const point = await findPoint(context, asked ?? {});
        return placeConnection(args, (page) => listStreams(context.database, wanted, point, page));
      },
    }),
  }));
}

function addStream(builder: Builder, noun: NounRef) {
  return builder.objectRef<PastStream>('Stream').implement({
    description: 'A chain of facts about one thing, and what they add up to.',
    fields: (t) => ({
      stream: t.exposeString('stream'),
      noun: t.field({ type: noun, resolve: ({ stream }) => nounOf(stream) }),
      version: t.int({ description: 'Number of its facts.', resolve: (past) => newestOf(past).event.version }),
      hash: t.string({
        description: 'Of the newest fact. For as long as it is that, the head on the ledger has it too.',
        resolve: (past) => sha256(newestOf(past).body),
      }),
      block: t.int({ description: 'Of the newest fact.', resolve: (past) => newestOf(past).place.block }),
      changedAt: t.field({ type: 'Instant', resolve: (past) => newestOf(past).event.at }),
      state: t.field({
        type: 'JSON',
        description: 'What is public of it, by field. Of an anchor stream: its newest anchor.',
        resolve: ({ facts }) => stateFrom(facts),
      }),
    }),
  });
}

function newestOf({ stream, facts }: PastStream): PastStream['facts'][number] {
  const newest = facts.at(-1);
  if (newest === undefined) throw new Error(`${stream} has begun without a fact`);
  return newest;
}
