import { GraphQLError, NoSchemaIntrospectionCustomRule } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Caller } from './caller.ts';
import type { GatewayContext, GatewayParts } from './context.ts';
import { logFault, requestErrorOf } from './http/faults.ts';
import { queryLimits } from './http/queryLimits.ts';
import { createSchema } from './schema/schema.ts';
import type { Listener } from './subscriptions/subscriptions.ts';

type Asking = { readonly caller: Caller | undefined; readonly listener?: Listener };
/** One HTTP exchange, as GraphQL needs it: `body` has been read, capped and checked. */
type GraphqlRequest = Asking & { readonly body: string; readonly accept: string };

/** What answers at `/graphql`. */
export type GraphqlEndpoint = {
  readonly answer: (request: GraphqlRequest) => Promise<Response>;
  /** The page for trying queries out; undefined unless the country is a demo. */
  readonly page: (() => Promise<Response>) | undefined;
};

const address = 'http://gateway/graphql';

/** The registry's GraphQL: yoga without what would cost twice (its body limiter, CORS) or say too much. */
export function createGraphqlEndpoint(parts: GatewayParts): GraphqlEndpoint {
  const { demo } = parts.country;
  const yoga = createYoga<Asking, GatewayContext>({
    schema: createSchema(parts.country),
    context: ({ caller, listener }) => ({ ...parts, ...(caller && { caller }), ...(listener && { listener }) }),
    plugins: [...queryLimits({ demo }), ...(demo ? [] : [noIntrospection])],
    maskedErrors: { maskError: (error) => maskedError(parts, error) },
    graphiql: demo && { title: 'Plinth' },
    landingPage: false,
    logging: false,
    cors: false,
    multipart: false,
    maxRequestBodySize: false,
  });
  return {
    answer: async ({ body, accept, ...asking }) =>
      yoga.fetch(address, { method: 'POST', headers: { 'content-type': 'application/json', accept }, body }, asking),
    page: demo
      ? async () => yoga.fetch(address, { headers: { accept: 'text/html' } }, { caller: undefined })
      : undefined,
  };
}

const noIntrospection: Plugin = {
  onValidate: ({ addValidationRule }) => addValidationRule(NoSchemaIntrospectionCustomRule),
};

/** What a caller may see of an error: GraphQL's own complaints about a query, and known codes; never a message from inside. */
function maskedError({ logger }: GatewayParts, error: unknown): Error {
  const original = originalOf(error);
  if (original instanceof GraphQLError) return withCode(original);
  const known = requestErrorOf(original);
  if (known.status >= 500 && known.code !== 'ERR_NODE_STOPPING') logFault(logger, known);
  return new GraphQLError(known.message, {
    ...(error instanceof GraphQLError && placeOf(error)),
    extensions: { code: known.code, http: { status: known.status } },
  });
}

function originalOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? originalOf(error.originalError) : error;
}

function placeOf({ nodes, path }: GraphQLError) {
  return { nodes: nodes ?? null, path: path ?? null };
}

// A variable of the wrong type is found while executing, without a code, or in a subscription with one that others do not use.
function withCode(error: GraphQLError): GraphQLError {
  if (error.extensions['code'] !== undefined && error.extensions['code'] !== 'BAD_USER_INPUT') return error;
  return new GraphQLError(error.message, {
    ...placeOf(error),
    extensions: { code: 'ERR_MALFORMED', http: { status: 400, spec: true } },
  });
}
