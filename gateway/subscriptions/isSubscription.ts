import { getOperationAST, OperationTypeNode, parse } from 'graphql';
import type { GraphqlBody } from '../http/graphqlBody.ts';

const mostTokens = 2000; // longer ones are refused anyway

/** Whether a caller who takes an event stream is answered with one: for a subscription, and for what nobody can read. */
export function isSubscription({ query, operationName }: GraphqlBody): boolean {
  try {
    return (
      getOperationAST(parse(query, { maxTokens: mostTokens }), operationName)?.operation ===
      OperationTypeNode.SUBSCRIPTION
    );
  } catch {
    return true; // the fault is told where every question is parsed
  }
}
