import { resolveOffsetConnection } from '@pothos/plugin-relay';
import type { LedgerStatus } from '#ledger/ledger.ts';
import { findHistory, type TimelineEntry } from '#projections/timeline.ts';
import { checkStream, type StreamCheck } from '../streamCheck.ts';
import type { Builder } from './builder.ts';
import { checkPage } from './checkPage.ts';

/** What auditors see: every fact with its place, its author and its link to the one before; never a value. */
export function addAudit(builder: Builder): void {
  const fact = addFact(builder);
  builder.queryField('history', (t) =>
    t.withAuth({ auditor: true }).connection({
      type: fact,
      description: 'Everything that has happened to a stream, oldest first.',
      args: { stream: t.arg.string({ required: true, description: '`noun-id`, as identity-7f3c…' }) },
      resolve: (_root, { stream, ...args }, { database }) =>
        resolveOffsetConnection({ args }, async (page) => {
          const { end, offset } = checkPage(page);
          return (await findHistory(database, stream)).slice(offset, end);
        }),
    }),
  );
  addStreamCheck(builder);
  addStatus(builder);
}

function addFact(builder: Builder) {
  return builder.objectRef<TimelineEntry>('Fact').implement({
    description: 'A public event, as it stands on the ledger.',
    fields: (t) => ({
      stream: t.string({ resolve: ({ event }) => event.stream }),
      version: t.int({ resolve: ({ event }) => event.version }),
      type: t.string({ resolve: ({ event }) => event.type }),
      data: t.field({ type: 'JSON', resolve: ({ event }) => event.data }),
      at: t.field({ type: 'Instant', resolve: ({ event }) => event.at }),
      agency: t.string({ description: 'The agency whose node sent it.', resolve: ({ event }) => event.by.agency }),
      officer: t.string({ nullable: true, description: 'Who signed it.', resolve: ({ event }) => event.by.officer }),
      command: t.id({ resolve: ({ event }) => event.command }),
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
}

function addStreamCheck(builder: Builder): void {
  const check = builder.objectRef<StreamCheck>('StreamCheck').implement({
    description: "Whether a stream's hash chain holds.",
    fields: (t) => ({
      intact: t.exposeBoolean('intact'),
      events: t.exposeInt('events'),
      brokenAt: t.exposeInt('brokenAt', { nullable: true, description: 'The first version that does not fit.' }),
    }),
  });
  builder.queryField('streamIntact', (t) =>
    t.withAuth({ auditor: true }).field({
      type: check,
      description: "Recomputes the stream's hash chain and compares its end with the ledger's own head.",
      args: { stream: t.arg.string({ required: true }) },
      resolve: (_root, { stream }, context) => checkStream(context, stream),
    }),
  );
}

function addStatus(builder: Builder): void {
  const status = builder.objectRef<{ readonly ledger: LedgerStatus; readonly height: number }>('NodeStatus').implement({
    description: 'How far this node and its ledger are.',
    fields: (t) => ({
      agency: t.string({ resolve: ({ ledger }) => ledger.agency }),
      channel: t.string({ resolve: ({ ledger }) => ledger.channel }),
      ledger: t.string({ description: 'embedded or fabric.', resolve: ({ ledger }) => ledger.kind }),
      ledgerHeight: t.int({ description: 'Blocks on the ledger.', resolve: ({ ledger }) => ledger.height }),
      nodeHeight: t.int({ description: 'Blocks in the read models of this node.', resolve: ({ height }) => height }),
    }),
  });
  builder.queryField('status', (t) =>
    t.withAuth({ auditor: true }).field({
      type: status,
      resolve: async (_root, _args, { ledger, ingest }) => ({ ledger: await ledger.status(), height: ingest.height() }),
    }),
  );
}
