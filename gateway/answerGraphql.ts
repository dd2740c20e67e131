import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayParts } from './context.ts';
import type { GraphqlEndpoint } from './graphql.ts';
import { checkGraphqlBody } from './http/graphqlBody.ts';
import { readBody } from './http/readBody.ts';
import { RequestError } from './http/requestError.ts';
import { identifyCaller } from './identifyCaller.ts';
import { sendEvents } from './subscriptions/sendEvents.ts';
import type { Listener, Subscriptions } from './subscriptions/subscriptions.ts';
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
  const body = checkGraphqlBody(await readBody(request));
  await parts.catchUp.check();
  const { authorization } = request.headers;
  const caller = await identifyCaller(parts, checkAccessToken, authorization);
  const asked = { body, accept: acceptedTypes(request.headers.accept ?? ''), caller };
  if (!asked.accept.includes(eventStream)) return send(response, await graphql.answer(asked));
  const listener = subscriptions.admit(caller, endOfToken(authorization));
  response.once('close', listener.hangUp);
  try {
    if (!response.closed) await answerListener(response, await graphql.answer({ ...asked, listener }), listener);
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

function answerListener(response: ServerResponse, answer: Response, { ending }: Listener): Promise<void> {
  const isEvents = answer.headers.get('content-type')?.startsWith(eventStream) === true;
  return isEvents ? sendEvents(response, answer, { ending, patience }) : send(response, answer);
}

// A question is answered with one kind of JSON whatever else is wanted: yoga would answer others without a word.
function acceptedTypes(accept: string): string {
  const [json = 'application/json'] = /application\/(?:graphql-response\+)?json/i.exec(accept) ?? [];
  return accept.toLowerCase().includes(eventStream) ? `${json}, ${eventStream}` : json;
}

async function send(response: ServerResponse, answer: Response): Promise<void> {
  const body = await answer.text();
  response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), 'cache-control': 'no-store' });
  response.end(body);
}
