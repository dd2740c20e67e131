import * as z from 'zod';
import { noticeTypes, partyDetailOf, type NoticeType } from '#domain/notice/vocabulary.ts';
import { resendDeadLetters } from '#projections/webhooks/deadLetters.ts';
import {
  confirmWebhook,
  listWebhooks,
  mostWebhooks,
  noteChallenge,
  registerWebhook,
  removeWebhook,
} from '#projections/webhooks/registrations.ts';
import type { Subscriber, Webhook } from '#projections/webhooks/webhook.ts';
import type { GatewayParts, OfficerContext, ServiceContext } from '../context.ts';
import { getRoles } from '../offices/officerRoles.ts';
import { Refused } from '../refused.ts';
import { attempt } from './attempt.ts';
import { AddressRefused } from './reach.ts';
import { signChallenge } from './securityEvent.ts';
import type { Webhooks } from './webhooks.ts';

/** Who may have webhooks: a party its own, and an officer those of the own agency's systems. */
export type SubscriberContext = ServiceContext | OfficerContext;

/** For whom somebody speaks. Throws a Refused for an officer without the role. */
export async function getSubscriber(context: SubscriberContext): Promise<Subscriber> {
  const { caller } = context;
  if (caller.kind === 'service') return { kind: 'party', id: caller.party.party };
  const roles = await getRoles(context, caller);
  if (!roles.includes('partner-manager'))
    throw new Refused('ERR_ROLE_MISSING', "an agency's webhooks take the role partner-manager");
  return { kind: 'agency', id: caller.agency };
}

type RegistrationParts = Pick<GatewayParts, 'database' | 'keystore' | 'signer'> & {
  readonly webhooks: Pick<Webhooks, 'checkUrl' | 'post'>;
};

/** What a subscriber asks for; no types are all that it can be told. */
export type Wish = { readonly url: string; readonly types: readonly string[] };

/**
 * Registers a webhook and sends a token to its address. Nothing else is sent there before the subscriber has shown, by the
 * token, that it reads what comes there.
 */
export async function register(parts: RegistrationParts, subscriber: Subscriber, wish: Wish): Promise<Webhook> {
  const { database, keystore, signer, webhooks } = parts;
  const url = checkedUrl(parts, wish.url);
  const made = await registerWebhook(database, keystore, { subscriber, url, types: typesOf(subscriber, wish.types) });
  if (made === undefined)
    throw new Refused(
      'ERR_TOO_MANY_WEBHOOKS',
      `at most ${mostWebhooks.all}, ${mostWebhooks.unconfirmed} of them unconfirmed, and ${mostWebhooks.hourly} tokens an hour`,
    );
  const { id: webhook, token } = made;
  const { failure } = await attempt(async () =>
    webhooks.post(url, await signChallenge(signer, subscriber, { webhook, token })),
  );
  if (failure === addressRefused) {
    await removeWebhook(database, subscriber, webhook);
    throw new Refused(addressRefused, 'the name stands for an address that nothing is sent to');
  }
  await noteChallenge(database, webhook, failure);
  return getWebhook(parts, subscriber, webhook);
}

const addressRefused = 'ERR_ADDRESS_REFUSED';

function checkedUrl({ webhooks }: RegistrationParts, url: string): string {
  try {
    return webhooks.checkUrl(url).href;
  } catch (error) {
    throw error instanceof AddressRefused ? new Refused(addressRefused, error.reason) : error;
  }
}

function typesOf({ kind }: Subscriber, asked: readonly string[]): readonly NoticeType[] {
  const told = noticeTypes.filter((type) => kind === 'agency' || partyDetailOf(type) !== undefined);
  const foreign = asked.find((type) => !told.some((each) => each === type));
  if (foreign !== undefined) throw new Refused('ERR_MALFORMED', `types: of ${told.join(', ')}`);
  return asked.length === 0 ? told : told.filter((type) => asked.includes(type));
}

/** Begins to tell a webhook what happens from now on. */
export async function confirm(
  parts: GatewayParts,
  subscriber: Subscriber,
  { id, token }: { readonly id: string; readonly token: string },
): Promise<Webhook> {
  if (!(await confirmWebhook(parts.database, subscriber, { webhook: checkedId(id), token })))
    throw new Refused('ERR_NOT_FOUND', 'no webhook of yours waits for this token; it may have come too late');
  parts.webhooks.wake();
  return getWebhook(parts, subscriber, id);
}

/** Ends a webhook; what waits for it is not sent. */
export async function remove({ database }: GatewayParts, subscriber: Subscriber, id: string): Promise<string> {
  if (!(await removeWebhook(database, subscriber, checkedId(id)))) throw noSuchWebhook();
  return id;
}

/** Tries dead letters of a webhook again; answers how many. */
export async function resend(
  parts: GatewayParts,
  subscriber: Subscriber,
  { id, notices }: { readonly id: string; readonly notices?: readonly string[] | undefined },
): Promise<number> {
  await getWebhook(parts, subscriber, checkedId(id));
  const resent = await resendDeadLetters(parts.database, { subscriber, webhook: id, notices: notices?.map(checkedId) });
  parts.webhooks.wake();
  return resent;
}

async function getWebhook(
  { database }: Pick<GatewayParts, 'database'>,
  subscriber: Subscriber,
  id: string,
): Promise<Webhook> {
  const found = (await listWebhooks(database, subscriber)).find((each) => each.id === id);
  if (found === undefined) throw noSuchWebhook();
  return found;
}

// What is no UUID reaches no database.
function checkedId(id: string): string {
  const parsed = z.uuid().safeParse(id);
  if (!parsed.success) throw noSuchWebhook();
  return parsed.data.toLowerCase();
}

function noSuchWebhook(): Refused {
  return new Refused('ERR_NOT_FOUND', 'no such webhook, or notice, of yours');
}
