import * as z from 'zod';
import type { Caller, ServiceCaller } from './caller.ts';
import type { GatewayParts } from './context.ts';
import { findApprovedParty } from './findApprovedParty.ts';
import { typeOfToken, type NodeSigner } from './nodeSigner.ts';
import { RequestError } from './requestError.ts';
import { rememberChecked, type CheckToken } from './tokens/checkedTokens.ts';
import { demoTokenType, verifyDemoToken } from './tokens/demoToken.ts';
import { identityScope } from './tokens/provider.ts';

/** The kind of JWT that an access token is (RFC 9068). */
const accessTokenType = 'at+jwt';
const AccessClaims = z.object({ client_id: z.string(), scope: z.string() });

/** How this gateway checks access tokens that `issuer`, its own provider, gave out. */
export function createAccessTokenCheck(signer: NodeSigner, issuer: string): CheckToken {
  return rememberChecked((token) => signer.verify(accessTokenType, token, { issuer }));
}

/** Who sent a request; undefined without an `Authorization` header. Throws a RequestError for a token that does not hold. */
export async function identifyCaller(
  parts: GatewayParts,
  checkAccessToken: CheckToken,
  authorization: string | undefined,
): Promise<Caller | undefined> {
  if (authorization === undefined) return undefined;
  const [, token] = /^Bearer ([\w~+/=.-]+)$/i.exec(authorization) ?? [];
  if (token === undefined) throw invalid();
  const type = typeOfToken(token);
  if (type === accessTokenType) return identifyParty(parts, checkAccessToken, token);
  if (type === demoTokenType) return verifyDemoToken(parts.signer, token, parts.country.demo);
  throw invalid();
}

// The party is read anew for each request: a suspension counts at once, whatever its tokens say.
async function identifyParty(
  { database }: GatewayParts,
  checkAccessToken: CheckToken,
  token: string,
): Promise<ServiceCaller> {
  const claims = AccessClaims.safeParse(await checkAccessToken(token));
  if (!claims.success || !claims.data.scope.split(' ').includes(identityScope)) throw invalid();
  const party = await findApprovedParty(database, claims.data.client_id);
  if (party === undefined) throw new RequestError('ERR_PARTY_NOT_ACTIVE', 'this party is not approved now');
  return { kind: 'service', party };
}

function invalid(): RequestError {
  return new RequestError('ERR_TOKEN_INVALID', 'the token is not one for this gateway');
}
