import type * as z from 'zod';
import type { PublicKey } from '#domain/publicKey.ts';
import { sha256 } from '#domain/seal/digest.ts';
import { HistoryFault } from '#projections/history/historyFault.ts';
import type { HistoryRange } from '#projections/history/historyPage.ts';
import type { HistorySource } from '#projections/history/historySource.ts';
import type { NodeSigner } from '../nodeSigner.ts';
import { RequestError } from '../http/requestError.ts';
import { answerType, type HistoryQuestion, questionType, SignedPage, SignedProof, subjectOf } from './historyWords.ts';
import { signForNode, verifyWordOf } from './nodeToken.ts';

/** Another agency's node: where it answers, and the key that the ledger names for it. */
export type AskedNode = { readonly agency: string; readonly address: string; readonly nodeKey: PublicKey };

const patience = 30_000; // ms; a page is a few megabytes
const mostBytes = 8 * 1024 * 1024;

/** The history as another agency's node tells it, over HTTP. `signer` speaks for the node that asks. */
export function nodeHistory(signer: NodeSigner, node: AskedNode): HistorySource {
  const ask = async (question: HistoryQuestion): Promise<Told> => askNode(signer, node, question);
  const digestIn = async (told: Told) => (await read(signer, node, told, SignedPage)).digest;
  return {
    agency: node.agency,
    page: async (range: HistoryRange) => {
      const told = await ask({ want: 'page', ...range });
      if (sha256(told.page) !== (await digestIn(told))) throw invalid(node, 'it signed another page than it sent');
      return told.page;
    },
    digest: async (range: HistoryRange) => digestIn(await ask({ want: 'digest', ...range })),
    proof: async (size: number) => {
      const told = await ask({ want: 'proof', size });
      const { checkpoint, consistency } = await read(signer, node, told, SignedProof);
      return { checkpoint, consistency: consistency.map((hash) => Buffer.from(hash, 'base64url')) };
    },
  };
}

type Told = { readonly question: HistoryQuestion; readonly token: string; readonly page: string };

async function askNode(signer: NodeSigner, node: AskedNode, question: HistoryQuestion): Promise<Told> {
  const claims = { sub: subjectOf(question), ...question };
  const token = await signForNode(signer, { type: questionType, to: node.agency, claims });
  const text = await fetchText(node, token);
  const end = text.indexOf('\n');
  return end < 0
    ? { question, token: text, page: '' }
    : { question, token: text.slice(0, end), page: text.slice(end + 1) };
}

async function fetchText({ agency, address }: AskedNode, question: string): Promise<string> {
  try {
    const response = await fetch(new URL('/nodes/history', address), {
      method: 'POST',
      headers: { authorization: `Bearer ${question}` },
      redirect: 'error', // an address is the one that was configured
      signal: AbortSignal.timeout(patience),
    });
    const length = Number(response.headers.get('content-length') ?? Number.NaN);
    if (response.ok && length <= mostBytes) return await response.text();
    throw new HistoryFault('ERR_SOURCE_UNREACHABLE', `the node of ${agency} answers with ${response.status}`);
  } catch (cause) {
    if (cause instanceof HistoryFault) throw cause;
    throw new HistoryFault('ERR_SOURCE_UNREACHABLE', `the node of ${agency} does not answer`, cause);
  }
}

/** What the node has signed, for us, about this question. */
async function read<T>(signer: NodeSigner, node: AskedNode, { question, token }: Told, as: z.ZodType<T>): Promise<T> {
  try {
    const { claims } = await verifyWordOf({ ...node, to: signer.agency }, answerType, token);
    const said = as.safeParse(claims);
    if (said.success && claims.sub === subjectOf(question)) return said.data;
  } catch (cause) {
    if (!(cause instanceof RequestError)) throw cause;
    throw invalid(node, 'it is not signed with the key that the ledger names', cause);
  }
  throw invalid(node, 'it is no answer to what was asked');
}

function invalid({ agency }: AskedNode, reason: string, cause?: unknown): HistoryFault {
  return new HistoryFault('ERR_SOURCE_INVALID', `the answer of ${agency}'s node: ${reason}`, cause);
}
