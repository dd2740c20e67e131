import { sha256 } from '#domain/seal/digest.ts';
import { readHistoryPage, writeHistoryPage } from '#projections/history/historyPage.ts';
import { consistencyAt } from '#projections/logs/keptTree.ts';
import { findCheckpoint, keptRegistryLog, noteOf } from '#projections/logs/signedCheckpoint.ts';
import type { GatewayParts } from '../context.ts';
import { RequestError } from '../http/requestError.ts';
import { answerType, HistoryQuestion, questionType, subjectOf } from './historyWords.ts';
import { signForNode, verifyNodeWord } from './nodeToken.ts';

/**
 * Tells another agency's node the public facts of the ledger as this node has read them: a signed JWT, and the page below it
 * where one is asked for. Throws a RequestError for whoever else asks.
 */
export async function answerHistory(parts: GatewayParts, authorization: string | undefined): Promise<string> {
  const [, token] = /^Bearer ([\w.-]+)$/i.exec(authorization ?? '') ?? [];
  if (token === undefined) throw new RequestError('ERR_UNAUTHENTICATED', 'a node signs its questions');
  const { agency, claims } = await verifyNodeWord(parts, questionType, token);
  const question = HistoryQuestion.safeParse(claims).data;
  if (question === undefined) throw new RequestError('ERR_MALFORMED', 'a node asks for a page, its digest, or a proof');
  const sign = async (said: object): Promise<string> =>
    signForNode(parts.signer, { type: answerType, to: agency, claims: { sub: subjectOf(question), ...said } });
  if (question.want === 'proof') return sign(await proofOf(parts, question.size));
  // This node has to have read all of it, or another one would be told that it ends here.
  if (parts.ingest.height() < question.before)
    throw new RequestError('ERR_CATCHING_UP', 'this node has not read the ledger as far as that');
  const page = writeHistoryPage(await readHistoryPage(parts.database, question));
  const signed = await sign({ digest: sha256(page) });
  return question.want === 'page' ? `${signed}\n${page}` : signed;
}

async function proofOf({ database, log }: GatewayParts, oldSize: number) {
  const checkpoint = log && (await findCheckpoint({ database, log }, keptRegistryLog, 0));
  if (checkpoint === undefined) throw new RequestError('ERR_NO_SUCH_PAGE', 'this node keeps no log, or it is empty');
  const { size } = checkpoint;
  const hashes = size < oldSize ? [] : await consistencyAt(database.kysely, keptRegistryLog.tree, { oldSize, size });
  const consistency = hashes.map((hash) => Buffer.from(hash).toString('base64url'));
  return { checkpoint: noteOf(checkpoint), consistency };
}
