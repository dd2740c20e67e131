import type { Notice } from '#domain/notice/noticesOf.ts';
import { noticeUri, vocabulary } from '#domain/notice/vocabulary.ts';
import { factNotices } from '#projections/notices/factNotices.ts';
import type { TimelineEntry } from '#projections/models/timeline.ts';
import { cursorOf } from '../past/cursor.ts';
import type { Builder } from './builder.ts';

/** A public event: who did what when, with its place and its link to the one before; never a value. */
export function addFact(builder: Builder) {
  const fact = builder.objectRef<TimelineEntry>('Fact').implement({
    description: 'A public event, as it stands on the ledger.',
    fields: (t) => ({
      stream: t.string({ resolve: ({ event }) => event.stream }),
      version: t.int({ resolve: ({ event }) => event.version }),
      type: t.string({ resolve: ({ event }) => event.type }),
      data: t.field({ type: 'JSON', resolve: ({ event }) => event.data }),
      at: t.field({
        type: 'Instant',
        description: 'When its transaction was made, by the clock of the agency that sent it.',
        resolve: ({ event }) => event.at,
      }),
      recordedAt: t.expose('recordedAt', {
        type: 'Instant',
        description: 'When its block was recorded: never before an earlier one.',
      }),
      agency: t.string({ description: 'The agency whose node sent it.', resolve: ({ event }) => event.by.agency }),
      officer: t.string({ nullable: true, description: 'Who signed it.', resolve: ({ event }) => event.by.officer }),
      command: t.id({ resolve: ({ event }) => event.command }),
      proposal: t.id({
        nullable: true,
        description: 'The approved proposal that it carries out.',
        resolve: ({ event }) => event.proposal,
      }),
      hash: t.string({ description: 'Of this event; the next one names it.', resolve: ({ hash }) => hash }),
      previousHash: t.string({ nullable: true, resolve: ({ event }) => event.prev }),
      digests: t.stringList({
        description: 'What stands for the private values.',
        resolve: ({ event }) => [...(event.sealed?.digests ?? [])],
      }),
      sealedClass: t.string({ nullable: true, resolve: ({ event }) => event.sealed?.class }),
      block: t.int({ resolve: ({ place }) => place.block }),
      transactionId: t.exposeString('transactionId'),
    }),
  });
  addFollowing(builder, fact);
  return fact;
}

/** What a reader needs who follows the facts. */
function addFollowing(builder: Builder, fact: FactRef): void {
  const notice = addNotice(builder);
  builder.objectFields(fact, (t) => ({
    cursor: t.string({
      description: 'Where it stands: the timeline and a subscription go on from there.',
      resolve: cursorOf,
    }),
    notices: t.field({
      type: [notice],
      description: 'What others are told of it; see docs/events.md.',
      resolve: async ({ event }, _args, { database }) => [...(await factNotices(database, event))],
    }),
  }));
}

function addNotice(builder: Builder) {
  return builder.objectRef<Notice>('Notice').implement({
    description: 'What others are told of a fact.',
    fields: (t) => ({
      type: t.exposeString('type', { description: 'As identity.deceased; new types come.' }),
      version: t.int({ resolve: ({ type }) => vocabulary[type].version }),
      uri: t.string({
        description: 'Type and version, as webhooks name them.',
        resolve: ({ type }) => noticeUri(type),
      }),
      detail: t.expose('detail', { type: 'JSON' }),
    }),
  });
}

/** The type `Fact` of the schema. */
export type FactRef = ReturnType<typeof addFact>;
