import { decodeJwt, errors, importJWK, jwtVerify, type JWK, type JWTPayload } from 'jose';
import type { PublicKey } from '#domain/publicKey.ts';
import { findAgency } from '#projections/models/agencies.ts';
import type { Database } from '#projections/postgres/database.ts';
import { gatewayName, type NodeSigner } from '../nodeSigner.ts';
import { RequestError } from '../http/requestError.ts';

const lifetime = 60; // seconds: two nodes' clocks may differ by some of them

/** Something one node says to another: signed by its node key, for that node alone, for a minute. */
export async function signForNode(
  signer: NodeSigner,
  { type, to, claims }: { readonly type: string; readonly to: string; readonly claims: JWTPayload },
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return signer.sign(type, { ...claims, aud: gatewayName(to), iat: now, exp: now + lifetime });
}

/** What a node says, and whose node it is. */
export type NodeWord = { readonly agency: string; readonly claims: JWTPayload };

/**
 * Checks what a node says against the key that its agency has named on the ledger. Throws a RequestError when the agency is
 * none of the registry (any more), has named no key, or did not sign this for this node.
 */
export async function verifyNodeWord(
  { database, signer }: { readonly database: Database; readonly signer: NodeSigner },
  type: string,
  token: string,
): Promise<NodeWord> {
  const agency = claimedAgency(token);
  const known = await findAgency(database, agency);
  if (known?.nodeKey == null || known.removedAt !== null) throw invalid();
  return verifyWordOf({ agency, nodeKey: known.nodeKey, to: signer.agency }, type, token);
}

/** The same where the key is known from elsewhere than this node's read models. */
export async function verifyWordOf(
  { agency, nodeKey, to }: { readonly agency: string; readonly nodeKey: PublicKey; readonly to: string },
  type: string,
  token: string,
): Promise<NodeWord> {
  // The ledger's rules have parsed it; jose's type differs only in what may be undefined.
  const key = await importJWK({ ...nodeKey } as JWK, nodeKey.kty === 'EC' ? 'ES256' : 'EdDSA');
  const expected = { typ: type, issuer: gatewayName(agency), audience: gatewayName(to) };
  try {
    const { payload } = await jwtVerify(token, key, { ...expected, requiredClaims: ['exp', 'sub'] });
    return { agency, claims: payload };
  } catch (error) {
    throw error instanceof errors.JOSEError ? invalid(error) : error;
  }
}

function claimedAgency(token: string): string {
  try {
    return decodeJwt(token).iss?.slice(gatewayName('').length) ?? '';
  } catch (error) {
    throw invalid(error);
  }
}

function invalid(cause?: unknown): RequestError {
  return new RequestError('ERR_TOKEN_INVALID', 'not signed by the node of an agency of this registry', cause);
}
