import { findAccessRecords } from '#projections/logs/accessRecords.ts';
import { recordAccess, whoseLog } from '../release/accessRecord.ts';
import type { GatewayParts } from '../context.ts';
import { RequestError } from '../http/requestError.ts';
import { signForNode, verifyNodeWord } from './nodeToken.ts';
import { answerType, questionType } from './whoLooked.ts';

/** Most records one node tells another about a person, the newest ones. */
const mostTold = 1000;

/**
 * Answers another node of the registry that asks, for a person, who looked at that person here: a JWT over the records.
 * The question itself becomes a record, for it reads about the person. Throws a RequestError for whoever else asks.
 */
export async function answerNode(parts: GatewayParts, authorization: string | undefined): Promise<string> {
  const [, token] = /^Bearer ([\w.-]+)$/i.exec(authorization ?? '') ?? [];
  if (token === undefined) throw new RequestError('ERR_UNAUTHENTICATED', 'a node signs its questions');
  const { agency, claims } = await verifyNodeWord(parts, questionType, token);
  const identity = claims.sub ?? '';
  await parts.accessLog.caughtUp();
  const records = await findAccessRecords(parts.database, parts.keystore, identity, mostTold);
  await recordAccess(parts, await whoseLog(parts, identity), {
    party: agency,
    purpose: null,
    kind: 'node',
    requested: ['accessRecords'],
    released: ['accessRecords'],
    withheld: [],
    decision: 'RELEASED',
    at: new Date().toISOString(),
  });
  return signForNode(parts.signer, { type: answerType, to: agency, claims: { sub: identity, records } });
}
