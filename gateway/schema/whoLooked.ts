import { findWhoLooked, type LookAt, type NodeAnswer, type WhoLooked } from '../nodes/whoLooked.ts';
import type { AccessRef } from './access.ts';
import type { Builder } from './builder.ts';

/** A person's question to all nodes at once. */
export function addWhoLooked(builder: Builder, access: AccessRef): void {
  const whoLooked = addAnswers(builder, addLook(builder, access), addNodeAnswer(builder));
  builder.queryField('whoLooked', (t) =>
    t.withAuth({ resident: true }).field({
      type: whoLooked,
      description: 'Asks every node of the registry who looked at you, and names those that did not answer.',
      resolve: (_root, _args, context) => findWhoLooked(context, context.caller.identity),
    }),
  );
}

function addLook(builder: Builder, access: AccessRef) {
  return builder.objectRef<LookAt>('Look').implement({
    description: 'One look at a person, and at which node it happened.',
    fields: (t) => ({
      agency: t.exposeString('agency', { description: 'The agency whose node was asked.' }),
      access: t.field({ type: access, resolve: (each) => each }),
    }),
  });
}

function addNodeAnswer(builder: Builder) {
  return builder.objectRef<NodeAnswer>('NodeAnswer').implement({
    fields: (t) => ({
      agency: t.exposeString('agency'),
      answered: t.boolean({ resolve: ({ reason }) => reason === null }),
      reason: t.exposeString('reason', {
        nullable: true,
        description:
          'Why not: NO_ADDRESS (this node knows none), UNREACHABLE, ANSWER_INVALID (not signed by its node).',
      }),
    }),
  });
}

function addAnswers(builder: Builder, look: ReturnType<typeof addLook>, node: ReturnType<typeof addNodeAnswer>) {
  return builder.objectRef<WhoLooked>('WhoLooked').implement({
    description: 'Who looked at you, anywhere in the registry.',
    fields: (t) => ({
      looks: t.field({
        type: [look],
        description: 'The newest thousand, newest first.',
        resolve: ({ records }) => [...records],
      }),
      nodes: t.field({
        type: [node],
        description: 'Every agency of the registry. The list is whole only when all of them answered.',
        resolve: ({ nodes }) => [...nodes],
      }),
    }),
  });
}
