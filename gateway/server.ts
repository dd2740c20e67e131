import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openAccessLog } from '#projections/logs/accessRecords.ts';
import { answerGraphql } from './answerGraphql.ts';
import { createAttemptLimit } from './release/attemptLimit.ts';
import { createAttributeCheck } from './offices/attributeCheck.ts';
import { createCatchUp } from './catchUp.ts';
import type { GatewayParts } from './context.ts';
import { logFault, requestErrorOf } from './http/faults.ts';
import { findApprovedParty } from './findApprovedParty.ts';
import { createGraphqlEndpoint, type GraphqlEndpoint } from './graphql.ts';
import { createAccessTokenCheck, identifyCaller } from './identifyCaller.ts';
import { answerLog } from './logs/log.ts';
import { answerHistory } from './nodes/answerHistory.ts';
import { answerNode } from './nodes/answerNode.ts';
import { createNodeSigner, publishedKeys } from './nodeSigner.ts';
import { createStranger } from './release/notAvailable.ts';
import { openOffices, type OfficeOptions } from './offices/office.ts';
import { readiness } from './http/readiness.ts';
import { RequestError } from './http/requestError.ts';
import { sendError, sendJson, sendText } from './http/sendJson.ts';
import { createSubscriptions, type SubscriptionLimits, type Subscriptions } from './subscriptions/subscriptions.ts';
import { openWebhooks } from './webhooks/webhooks.ts';
import type { CheckToken } from './tokens/checkedTokens.ts';
import { createProvider } from './tokens/provider.ts';

/** What a gateway is made of; what it makes itself is left out. */
export type GatewayOptions = Omit<
  GatewayParts,
  'signer' | 'accessLog' | 'attempts' | 'catchUp' | 'checkAttributes' | 'stranger' | 'offices' | 'nodes' | 'webhooks'
> & {
  /** The agencies whose officers are served; by default none. */
  readonly offices?: readonly OfficeOptions[];
  /** Addresses of other agencies' gateways; by default none is known. */
  readonly nodes?: ReadonlyMap<string, string>;
  readonly subscriptionLimits?: SubscriptionLimits;
  /** 0 takes a free one. */
  readonly port: number;
  /** Address under which others reach it, where it is not its own; it is part of every access token. */
  readonly publicUrl?: string;
};

const defaultLimits: SubscriptionLimits = { perCaller: 8, perNode: 256 };

/** A gateway that answers at `url`. */
export type Gateway = {
  readonly url: string;
  /** Throws for as long as the gateway answers nothing about anybody: see gateway/catchUp.ts. */
  readonly caughtUp: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Starts the gateway of one node, on 127.0.0.1 only: what faces the world stands in front of it. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { port, publicUrl, offices = [], subscriptionLimits = defaultLimits, ...given } = options;
  const signer = await createNodeSigner(given.keystore.agency, given.keystore.signingKey);
  const catchUp = createCatchUp(given);
  const webhooks = openWebhooks({ ...given, signer, catchUp });
  const parts: GatewayParts = {
    ...given,
    signer,
    accessLog: openAccessLog(given.database, given.keystore, given.store),
    attempts: createAttemptLimit(),
    catchUp,
    checkAttributes: createAttributeCheck(given.country),
    stranger: createStranger(given.keystore),
    offices: await openOffices(offices),
    nodes: given.nodes ?? new Map(),
    webhooks,
  };
  const graphql = createGraphqlEndpoint(parts);
  const subscriptions = createSubscriptions(subscriptionLimits);
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 });
  try {
    await listen(server, port);
  } catch (error) {
    await webhooks.stop();
    throw error;
  }
  const { port: bound } = server.address() as AddressInfo; // it listens on TCP
  const url = publicUrl ?? `http://127.0.0.1:${bound}`;
  server.on('request', createHandler(parts, { graphql, subscriptions, issuer: `${url}/oidc` }));
  const closeAll = async () => {
    subscriptions.endAll();
    await Promise.all([close(server), webhooks.stop()]);
  };
  return { url, caughtUp: parts.catchUp.check, close: closeAll };
}

type Surroundings = {
  readonly graphql: GraphqlEndpoint;
  readonly subscriptions: Subscriptions;
  readonly issuer: string;
};
type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };
type Handler = (request: IncomingMessage, response: ServerResponse) => void;
type Page = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

function createHandler(parts: GatewayParts, surroundings: Surroundings): Handler {
  const checkAccessToken = createAccessTokenCheck(parts.signer, surroundings.issuer);
  const pages = createPages(parts, { ...surroundings, checkAccessToken });
  const folders: readonly (readonly [string, Page])[] = [
    ['/oidc/', createOidcPage(parts, surroundings.issuer)],
    ['/log/', createLogPage(parts, checkAccessToken)],
  ];
  return (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '';
    const [page] = folders.filter(([folder]) => path.startsWith(folder)).map(([, each]) => each);
    void answer(page ?? pages.get(path) ?? noSuchPage, { request, response }, (error) => {
      const known = requestErrorOf(error);
      if (known.status >= 500) logFault(parts.logger, known);
      return known;
    });
  };
}

async function answer(
  page: Page,
  { request, response }: Exchange,
  failed: (error: unknown) => RequestError,
): Promise<void> {
  try {
    await page(request, response);
  } catch (error) {
    const known = failed(error);
    if (response.headersSent) response.destroy();
    else sendError(response, known);
  } finally {
    request.resume(); // what nobody reads is let run dry, so that the sender gets to our answer
  }
}

function createLogPage({ log, ...parts }: GatewayParts, checkAccessToken: CheckToken): Page {
  if (log === undefined) return noSuchPage;
  return (request, response) =>
    answerLog({ ...parts, log }, { request, response }, () =>
      identifyCaller(parts, checkAccessToken, request.headers.authorization),
    );
}

function createPages(
  parts: GatewayParts,
  surroundings: Surroundings & { readonly checkAccessToken: CheckToken },
): ReadonlyMap<string, Page> {
  return new Map<string, Page>([
    ['/graphql', (request, response) => answerGraphql(parts, surroundings, { request, response })],
    ['/health', (_request, response) => sendJson(response, 200, { status: 'alive' })],
    [
      '/ready',
      async (_request, response) => {
        const state = await readiness(parts);
        sendJson(response, state.ready ? 200 : 503, state);
      },
    ],
    ['/nodes/accesses', (request, response) => answerNodeCall(parts, answerNode, { request, response })],
    ['/nodes/history', (request, response) => answerNodeCall(parts, answerHistory, { request, response })],
    ['/.well-known/jwks.json', (_request, response) => sendJson(response, 200, publishedKeys(parts))],
  ]);
}

type NodeAnswer = (parts: GatewayParts, authorization: string | undefined) => Promise<string>;

async function answerNodeCall(
  parts: GatewayParts,
  answerTo: NodeAnswer,
  { request, response }: Exchange,
): Promise<void> {
  if (request.method !== 'POST') throw new RequestError('ERR_METHOD_NOT_ALLOWED', 'nodes ask by POST');
  await parts.catchUp.check();
  sendText(response, 'application/jwt', await answerTo(parts, request.headers.authorization));
}

function noSuchPage(): never {
  throw new RequestError('ERR_NO_SUCH_PAGE', 'there are /graphql, /log, /oidc, /health and /ready');
}

function createOidcPage({ signer, database, logger }: GatewayParts, issuer: string): Page {
  const provider = createProvider({
    issuer,
    signer,
    findClient: (id) => findApprovedParty(database, id),
    onFault: (error) => logFault(logger, requestErrorOf(error)),
  });
  const handle = provider.callback();
  return (request, response) => {
    // The provider learns from originalUrl where it is mounted.
    Object.assign(request, { originalUrl: request.url, url: request.url?.slice('/oidc'.length) });
    return handle(request, response);
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
