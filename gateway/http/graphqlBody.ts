import * as z from 'zod';
import { fieldsOf } from '#domain/parseCommand.ts';
import { RequestError } from './requestError.ts';
import { parseWellFormedJson } from './wellFormed.ts';

const GraphqlBody = z.object({
  query: z.string().min(1),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/** One GraphQL request. */
export type GraphqlBody = z.infer<typeof GraphqlBody>;

/** Reads a body as one GraphQL request. Throws a RequestError that quotes nothing of it. */
export function parseGraphqlBody(body: string): GraphqlBody {
  const parsed = GraphqlBody.safeParse(parseWellFormedJson(body));
  if (!parsed.success) throw new RequestError('ERR_MALFORMED', `not a GraphQL request: ${fieldsOf(parsed.error)}`);
  return parsed.data;
}
