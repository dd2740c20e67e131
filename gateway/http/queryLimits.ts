import type { Plugin } from '@envelop/core';
import { blockFieldSuggestionsPlugin } from '@escape.tech/graphql-armor-block-field-suggestions';
import { costLimitPlugin } from '@escape.tech/graphql-armor-cost-limit';
import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesPlugin } from '@escape.tech/graphql-armor-max-directives';
import { maxTokensPlugin } from '@escape.tech/graphql-armor-max-tokens';
import { GraphQLError } from 'graphql';

/** What one query may cost: wide enough for every screen, and for GraphiQL's introspection. */
export function queryLimits({ demo }: { readonly demo: boolean }): Plugin[] {
  const limit = <T extends object>(options: T) => ({ ...options, onReject: [refuse], propagateOnRejection: false });
  return [
    maxTokensPlugin(limit({ n: 2000 })),
    maxDepthPlugin(limit({ n: 12 })),
    // Each alias of `identity` or `authenticate` is a question of its own.
    maxAliasesPlugin(limit({ n: 16 })),
    maxDirectivesPlugin(limit({ n: 16 })),
    costLimitPlugin(limit({ maxCost: 10_000 })),
    // Suggestions help to learn a schema; where introspection is open anyway they do no harm.
    ...(demo ? [] : [blockFieldSuggestionsPlugin()]),
  ];
}

// The plugins' own message begins with "Syntax Error", which it is not.
function refuse(_context: unknown, error: GraphQLError): never {
  throw new GraphQLError(error.message.replace('Syntax Error: ', ''), {
    extensions: { code: 'ERR_QUERY_TOO_COMPLEX', http: { status: 400 } },
  });
}
