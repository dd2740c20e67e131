import * as z from 'zod';
import { findAccessRecords, type AccessRecord } from '#projections/logs/accessRecords.ts';
import { findAgencies } from '#projections/models/agencies.ts';
import type { GatewayParts } from '../context.ts';
import { signForNode, verifyNodeWord } from './nodeToken.ts';

/** The kinds of JWT that nodes exchange about who looked. */
export const questionType = 'accesses-question+jwt';
export const answerType = 'accesses+jwt';

/** A look at a person, and at whose node it happened. */
export type LookAt = AccessRecord & { readonly agency: string };

/** What became of asking one agency's node: `reason` is a code where it gave no answer that counts. */
export type NodeAnswer = { readonly agency: string; readonly reason: NoAnswer | null };
type NoAnswer = 'NO_ADDRESS' | 'UNREACHABLE' | 'ANSWER_INVALID';

/** Who looked at a person anywhere, newest first, and which nodes said so: a list without a node's answer is not whole. */
export type WhoLooked = { readonly records: readonly LookAt[]; readonly nodes: readonly NodeAnswer[] };

type Answered = NodeAnswer & { readonly records: readonly LookAt[] };

const mostShown = 1000;
const patience = 5000; // ms: a person waits for the slowest node
const mostBytes = 4 * 1024 * 1024;

/** Asks every node of the registry, this one included, who looked at a person. */
export async function findWhoLooked(parts: GatewayParts, identity: string): Promise<WhoLooked> {
  const others = (await findAgencies(parts.database)).filter(
    ({ agency, removedAt }) => removedAt === null && agency !== parts.signer.agency,
  );
  const answers = await Promise.all([
    ownAnswer(parts, identity),
    ...others.map(({ agency }) => askNode(parts, agency, identity)),
  ]);
  const records = answers.flatMap((answer) => answer.records).sort((a, b) => (a.at < b.at ? 1 : -1));
  return { records: records.slice(0, mostShown), nodes: answers.map(({ agency, reason }) => ({ agency, reason })) };
}

async function ownAnswer({ accessLog, database, keystore, signer }: GatewayParts, identity: string): Promise<Answered> {
  await accessLog.caughtUp();
  const records = await findAccessRecords(database, keystore, identity, mostShown);
  return { agency: signer.agency, reason: null, records: records.map((each) => ({ ...each, agency: signer.agency })) };
}

async function askNode(parts: GatewayParts, agency: string, identity: string): Promise<Answered> {
  const address = parts.nodes.get(agency);
  if (address === undefined) return unanswered(agency, 'NO_ADDRESS');
  const question = { type: questionType, to: agency, claims: { sub: identity } };
  const token = await fetchAnswer(address, await signForNode(parts.signer, question));
  if (token === undefined) return unanswered(agency, 'UNREACHABLE');
  const records = await readAnswer(parts, { token, agency, identity });
  if (records === undefined) return unanswered(agency, 'ANSWER_INVALID');
  return { agency, reason: null, records: records.map((record) => ({ ...record, agency })) };
}

function unanswered(agency: string, reason: NoAnswer): Answered {
  return { agency, reason, records: [] };
}

/** Undefined when the node is away, slow, or has nothing to say to us. */
async function fetchAnswer(address: string, question: string): Promise<string | undefined> {
  try {
    const response = await fetch(new URL('/nodes/accesses', address), {
      method: 'POST',
      headers: { authorization: `Bearer ${question}` },
      redirect: 'error', // an address is the one that was configured
      signal: AbortSignal.timeout(patience),
    });
    const length = Number(response.headers.get('content-length') ?? Number.NaN);
    return response.ok && length <= mostBytes ? await response.text() : undefined;
  } catch {
    return undefined; // who asked is told which node did not answer
  }
}

const Records = z.array(
  z.object({
    accessId: z.string(),
    party: z.string(),
    purpose: z.string().nullable(),
    kind: z.enum(['identity', 'authenticate', 'officer', 'node']),
    requested: z.array(z.string()),
    released: z.array(z.string()),
    withheld: z.array(z.object({ attribute: z.string(), reason: z.string() })),
    decision: z.string(),
    at: z.string(),
  }),
);

type Told = { readonly token: string; readonly agency: string; readonly identity: string };

/** The records in an answer; undefined unless the agency's node signed it, for us, about this person. */
async function readAnswer(
  parts: GatewayParts,
  { token, agency, identity }: Told,
): Promise<readonly AccessRecord[] | undefined> {
  try {
    const word = await verifyNodeWord(parts, answerType, token);
    if (word.agency !== agency || word.claims.sub !== identity) return undefined;
    return Records.parse(word.claims['records']);
  } catch {
    return undefined;
  }
}
