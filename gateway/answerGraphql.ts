import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayParts } from './context.ts';
import type { GraphqlEndpoint } from './graphql.ts';
import { parseGraphqlBody } from './http/graphqlBody.ts';
import { readBody } from './http/readBody.ts';
import { RequestError } from './http/requestError.ts';
import { identifyCaller } from './identifyCaller.ts';
import { isSubscription } from './subscriptions/isSubscription.ts';
import { sendEvents } from './subscriptions/sendEvents.ts';
import type { Subscriptions } from './subscriptions/subscriptions.ts';
import type { CheckToken } from './tokens/checkedTokens.ts';
import { endOfToken } from './tokens/endOfToken.ts';

type Surroundings = {
  readonly graphql: GraphqlEndpoint;
  readonly checkAccessToken: CheckToken;
  readonly subscriptions: Subscriptions;
};
type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

const eventStream = 'text/event-stream';
const patience = { stalled: 60_000, lastWords: 2000 };

/** Answers what comes to `/graphql`: questions and commands with JSON, subscriptions with an event stream. */
export async function answerGraphql(
  parts: GatewayParts,
  { graphql, checkAccessToken, subscriptions }: Surroundings,
  { request, response }: Exchange,
): Promise<void> {
  if (request.method === 'GET' && graphql.page !== undefined) return send(response, await graphql.page());
  checkKind(request);
  const parsed = parseGraphqlBody(await readBody(request));
  await parts.catchUp.check();
  const { authorization } = request.headers;
  const caller = await identifyCaller(parts, checkAccessToken, authorization);
  const body = JSON.stringify(parsed);
  const { accept = '' } = request.headers;
  if (!accept.toLowerCase().includes(eventStream) || !isSubscription(parsed))
    return send(response, await graphql.answer({ body, accept: jsonIn(accept), caller }));
  const listener = subscriptions.admit(caller, endOfToken(authorization));
  response.once('close', listener.hangUp);
  try {
    if (response.closed) return;
    const answer = await graphql.answer({ body, accept: eventStream, caller, listener });
    await sendEvents(response, answer, { ending: listener.ending, patience });
  } finally {
    listener.hangUp();
  }
}

function checkKind({ method, headers }: IncomingMessage): void {
  if (method !== 'POST') throw new RequestError('ERR_METHOD_NOT_ALLOWED', 'questions come by POST');
  // No form of a foreign web page can send this type without asking first, so none can use a browser's login.
  if (!/^application\/(graphql\+)?json\s*(;|$)/i.test(headers['content-type'] ?? ''))
    throw new RequestError('ERR_MEDIA_TYPE', 'a question is application/json');
}

// A question is answered with one kind of JSON whatever else is wanted: yoga would answer others without a word.
function jsonIn(accept: string): string {
  const [json = 'application/json'] = /application\/(?:graphql-response\+)?json/i.exec(accept) ?? [];
  return json;
}

async function send(response: ServerResponse, answer: Response): Promise<void> {
  const body = await answer.text();
  response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), 'cache-control': 'no-store' });
  response.end(body);
}
