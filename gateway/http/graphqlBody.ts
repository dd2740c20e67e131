import * as z from 'zod';
import { fieldsOf } from '#domain/parseCommand.ts';
import { RequestError } from './requestError.ts';
import { parseWellFormedJson } from './wellFormed.ts';

const GraphqlBody = z.object({
  query: z.string().min(1),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/** Checks that a body is one GraphQL request and gives it back as text. Throws a RequestError that quotes nothing of it. */
export function checkGraphqlBody(body: string): string {
  const parsed = GraphqlBody.safeParse(parseWellFormedJson(body));
  if (!parsed.success) throw new RequestError('ERR_MALFORMED', `not a GraphQL request: ${fieldsOf(parsed.error)}`);
  return JSON.stringify(parsed.data);
}
