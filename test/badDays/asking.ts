import * as z from 'zod';
import type { RunningNode } from '#test/e2e/plinth.ts';

/** What `/ready` says. */
export async function readinessOf({ url }: RunningNode): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(20_000) });
  return { status: response.status, body: await response.json() };
}

const Failed = z.object({ errors: z.array(z.object({ extensions: z.object({ code: z.string() }) })).min(1) });

export type Answered = { readonly status: number; readonly code: string | undefined; readonly text: string };

/** Asks GraphQL, whatever comes: the HTTP status and the code of the first error. */
export async function answerOf({ url }: RunningNode, token: string, query: string): Promise<Answered> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(100_000),
  });
  const text = await response.text();
  const failed = Failed.safeParse(JSON.parse(text));
  return { status: response.status, code: failed.data?.errors[0]?.extensions.code, text };
}

export const statusQuestion = '{ status { ledgerHeight nodeHeight } }';

export function registerSomebody(enrolment: string): string {
  const attributes = '{ givenName: [{ language: eng, value: "Amina" }] }';
  return `mutation { registerIdentity(enrolmentId: "${enrolment}", attributes: ${attributes}) {
    __typename ... on Registered { id } ... on Refused { code reason }
  } }`;
}
