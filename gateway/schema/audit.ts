import type { LedgerStatus } from '#ledger/ledger.ts';
import { findPoint } from '../past/asOf.ts';
import { checkStreamChain, type StreamCheck } from '../past/streamCheck.ts';
import { checkStream } from '../past/timeline.ts';
import type { AsOfTypes } from './asOf.ts';
import type { Builder } from './builder.ts';
import { addDifferences } from './differences.ts';
import type { FactRef } from './fact.ts';
import { addRegistryReads } from './registryReads.ts';
import { addStreams } from './streams.ts';
import { addTimeline, type FactKinds } from './timeline.ts';

type Types = FactKinds & { readonly asOf: AsOfTypes; readonly fact: FactRef };

/** What auditors see: every fact, every public state at any time, and whether they hold together; never a value. */
export function addAudit(builder: Builder, { asOf, fact, noun, factType }: Types): void {
  addTimeline(builder, { fact, asOf, noun, factType });
  addStreams(builder, { asOf, noun });
  addRegistryReads(builder, asOf);
  addDifferences(builder, { fact, asOf, noun });
  addPointQuestion(builder, asOf);
  addStreamCheck(builder);
  addStatus(builder);
}

function addPointQuestion(builder: Builder, { input, point }: AsOfTypes): void {
  builder.queryField('point', (t) =>
    t.withAuth({ auditor: true }).field({
      type: point,
      description: 'Which block a point in time is: to ask on by block, so that all answers are of one state.',
      args: { asOf: t.arg({ type: input }) },
      resolve: (_root, { asOf }, context) => findPoint(context, asOf ?? {}),
    }),
  );
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
      nullable: true,
      description:
        "Recomputes the stream's hash chain and compares its end with the ledger's own head. Null: no such stream, here or there.",
      args: { stream: t.arg.string({ required: true }) },
      resolve: (_root, { stream }, context) => {
        checkStream(stream);
        return checkStreamChain(context, stream);
      },
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
