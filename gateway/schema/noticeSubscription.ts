import { noticeUri, vocabulary } from '#domain/notice/vocabulary.ts';
import { openPartyDetail, type PartyNotice } from '#projections/notices/partyNotices.ts';
import { saidOf, subscribeTo } from '../subscriptions/follow.ts';
import { openNotices, positionOf } from '../subscriptions/followNotices.ts';
import type { Builder } from './builder.ts';

/** Lets relying parties listen to what concerns their own consents and themselves. */
export function addNoticeSubscription(builder: Builder): PartyNoticeRef {
  const notice = addPartyNotice(builder);
  builder.subscriptionField('notices', (t) =>
    t.withAuth({ service: true }).field({
      type: notice,
      description: 'What the party is told, in order: first what was, then what comes, each once.',
      args: {
        after: t.arg.string({
          description: 'The position of the last one that was heard; `beginning` for all. Without it: from now on.',
        }),
      },
      subscribe: (_root, { after }, context) => subscribeTo(context, () => openNotices(context, after)),
      resolve: saidOf,
    }),
  );
  return notice;
}

/** The type `PartyNotice` of the schema. */
export type PartyNoticeRef = ReturnType<typeof addPartyNotice>;

function addPartyNotice(builder: Builder) {
  return builder.objectRef<PartyNotice>('PartyNotice').implement({
    description: 'What a relying party is told; see docs/events.md.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'Of this party alone, and the same however it is told.' }),
      type: t.exposeString('type', { description: 'As consent.withdrawn; new types come.' }),
      version: t.int({ resolve: ({ type }) => vocabulary[type].version }),
      uri: t.string({
        description: 'Type and version, as webhooks name them.',
        resolve: ({ type }) => noticeUri(type),
      }),
      at: t.expose('at', { type: 'Instant', description: 'When the fact was made.' }),
      subject: t.exposeString('subject', {
        nullable: true,
        description:
          "The party's own name for the person, as in `Authentication.token`; null where it is about the party.",
      }),
      detail: t.field({
        type: 'JSON',
        nullable: true,
        description: 'Null when the consent by which it was told has been erased.',
        resolve: (told, _args, { database, keystore }) => openPartyDetail(database, keystore, told),
      }),
      position: t.string({ description: 'To go on from, at this node.', resolve: positionOf }),
    }),
  });
}
