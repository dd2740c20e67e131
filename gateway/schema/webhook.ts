import { listDeadLetters } from '#projections/webhooks/deadLetters.ts';
import { listWebhooks } from '#projections/webhooks/registrations.ts';
import { webhookStates, type DeadLetter, type Webhook } from '#projections/webhooks/webhook.ts';
import { Refused } from '../refused.ts';
import { confirm, getSubscriber, register, remove, resend } from '../webhooks/registration.ts';
import { asForbidden } from './asForbidden.ts';
import type { Builder } from './builder.ts';
import { enumValues } from './graphqlName.ts';

const subscribers = { $any: { service: true, officer: true } } as const;
const errors = { types: [Refused] };

/** How relying parties, and agencies for their own systems, have themselves be told by webhooks. */
export function addWebhook(builder: Builder): void {
  const webhook = addWebhookType(builder, addDeadLetter(builder));
  builder.queryField('webhooks', (t) =>
    t.withAuth(subscribers).field({
      type: [webhook],
      description: 'Your own, the oldest first. An officer sees those of the own agency.',
      resolve: async (_root, _args, context) => [
        ...(await listWebhooks(context.database, await getSubscriber(context).catch(asForbidden))),
      ],
    }),
  );
  addRegistration(builder, webhook);
  addEndings(builder);
}

function addDeadLetter(builder: Builder) {
  return builder.objectRef<DeadLetter>('DeadLetter').implement({
    description: 'A notice that was tried for a day and given up. It is kept for 30 days.',
    fields: (t) => ({
      notice: t.exposeID('notice', { description: 'The `jti` of every attempt.' }),
      type: t.exposeString('type'),
      subject: t.exposeString('subject', { nullable: true, description: 'Your own name for whom it is about.' }),
      at: t.field({ type: 'Instant', resolve: ({ at }) => at }),
      attempts: t.exposeInt('attempts'),
      failure: t.exposeString('failure', { nullable: true, description: 'Why the last attempt failed.' }),
      diedAt: t.field({ type: 'Instant', resolve: ({ diedAt }) => diedAt }),
    }),
  });
}

function addWebhookType(builder: Builder, deadLetter: ReturnType<typeof addDeadLetter>) {
  const state = builder.enumType('WebhookState', {
    description: 'Only what is confirmed is told anything; an address that answers 410 stops its webhook.',
    values: enumValues(webhookStates),
  });
  return builder.objectRef<Webhook>('Webhook').implement({
    description: 'An address that is told what happens.',
    fields: (t) => ({
      id: t.exposeID('id'),
      url: t.exposeString('url'),
      types: t.exposeStringList('types', { description: 'Of which notices it is told.' }),
      state: t.field({ type: state, resolve: (each) => each.state }),
      registeredAt: t.field({ type: 'Instant', resolve: ({ registeredAt }) => registeredAt }),
      waiting: t.exposeInt('waiting', { description: 'Notices in its queue.' }),
      dead: t.exposeInt('dead', { description: 'Notices that were given up.' }),
      failure: t.exposeString('failure', {
        nullable: true,
        description: 'Why the last attempt at the address failed.',
      }),
      resumeAt: t.field({
        type: 'Instant',
        nullable: true,
        description: 'When it is tried again after that.',
        resolve: ({ resumeAt }) => resumeAt,
      }),
      deadLetters: t.field({
        type: [deadLetter],
        description: 'What was given up, the newest first, a thousand at most.',
        resolve: async ({ id, subscriber }, _args, { database }) => [
          ...(await listDeadLetters(database, { webhook: id, subscriber })),
        ],
      }),
    }),
  });
}

type WebhookRef = ReturnType<typeof addWebhookType>;

function addRegistration(builder: Builder, webhook: WebhookRef): void {
  builder.mutationFields((t) => ({
    registerWebhook: t.withAuth(subscribers).field({
      type: webhook,
      description: 'Sends a token to the address, and nothing more until you have shown it.',
      errors,
      args: {
        url: t.arg.string({ required: true, description: 'https, without user, password and fragment.' }),
        types: t.arg.stringList({
          required: true,
          defaultValue: [],
          description: 'Types of notices, as identity.deceased; none for all that you can be told.',
        }),
      },
      resolve: async (_root, wish, context) => register(context, await getSubscriber(context), wish),
    }),
    confirmWebhook: t.withAuth(subscribers).field({
      type: webhook,
      description: 'Shows the token that came to the address; within an hour. Notices begin from now on.',
      errors,
      args: { id: t.arg.id({ required: true }), token: t.arg.string({ required: true }) },
      resolve: async (_root, shown, context) => confirm(context, await getSubscriber(context), shown),
    }),
  }));
}

function addEndings(builder: Builder): void {
  const removed = builder.objectRef<{ readonly id: string }>('RemovedWebhook').implement({
    description: 'It is told nothing more.',
    fields: (t) => ({ id: t.exposeID('id') }),
  });
  const resent = builder.objectRef<{ readonly count: number }>('Resent').implement({
    description: 'Dead letters that stand in their queue again.',
    fields: (t) => ({ count: t.exposeInt('count') }),
  });
  builder.mutationFields((t) => ({
    removeWebhook: t.withAuth(subscribers).field({
      type: removed,
      description: 'Ends a webhook with everything that waits for it.',
      errors,
      args: { id: t.arg.id({ required: true }) },
      resolve: async (_root, { id }, context) => ({ id: await remove(context, await getSubscriber(context), id) }),
    }),
    resendNotices: t.withAuth(subscribers).field({
      type: resent,
      description: 'Tries dead letters again, before what waits about the same subject.',
      errors,
      args: {
        webhook: t.arg.id({ required: true }),
        notices: t.arg.idList({ description: 'By default all that were given up.' }),
      },
      resolve: async (_root, { webhook, notices }, context) => ({
        count: await resend(context, await getSubscriber(context), { id: webhook, notices: notices ?? undefined }),
      }),
    }),
  }));
}
