import type { NodeSigner } from '../nodeSigner.ts';

/** The kind of JWT that carries an answer to a relying party. */
export const answerType = 'plinth-answer+jwt';

/** What the node puts its name to: the answer, for whom, and the access record that stands for it. */
export type SignedAnswer = {
  readonly party: string;
  readonly accessId: string;
  /** Seconds since 1970. */
  readonly at: number;
  /** The party's own name for its transaction, where it gave one. */
  readonly transaction?: string;
  readonly purpose: string;
  readonly answer: Readonly<Record<string, unknown>>;
};

/**
 * A compact JWS (ES256) over the answer. It names its access record: a log that leaves the record out convicts its node.
 * The key is published at `/.well-known/jwks.json`.
 */
export function signAnswer(signer: NodeSigner, signed: SignedAnswer): Promise<string> {
  const { party, accessId, at, transaction, purpose, answer } = signed;
  return signer.sign(answerType, {
    aud: party,
    jti: accessId,
    iat: at,
    purpose,
    answer,
    ...(transaction === undefined ? {} : { transaction }),
  });
}
