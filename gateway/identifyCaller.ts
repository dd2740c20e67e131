import * as z from 'zod';
import type { Caller, ServiceCaller } from './caller.ts';
import type { GatewayParts } from './context.ts';
import { findApprovedParty } from './findApprovedParty.ts';
import { typeOfToken } from './nodeSigner.ts';
import { RequestError } from './requestError.ts';
import { demoTokenType, verifyDemoToken } from './tokens/demoToken.ts';
import { identityScope } from './tokens/provider.ts';

/** The kind of JWT that an access token is (RFC 9068). */
const accessTokenType = 'at+jwt';
const AccessClaims = z.object({ client_id: z.string(), scope: z.string() });

/** Who sent a request; undefined without an `Authorization` header. Throws a RequestError for a token that does not hold. */
export async function identifyCaller(
  parts: GatewayParts,
  issuer: string,
  authorization: string | undefined,
): Promise<Caller | undefined> {
  if (authorization === undefined) return undefined;
  const [, token] = /^Bearer ([\w~+/=.-]+)$/i.exec(authorization) ?? [];
  if (token === undefined) throw invalid();
  const type = typeOfToken(token);
  if (type === accessTokenType) return identifyParty(parts, issuer, token);
  if (type === demoTokenType) return verifyDemoToken(parts.signer, token, parts.country.demo);
  throw invalid();
}

// The party is read anew for each request: a suspension counts at once, whatever its tokens say.
async function identifyParty(
  { signer, database }: GatewayParts,
  issuer: string,
  token: string,
): Promise<ServiceCaller> {
  const claims = AccessClaims.safeParse(await signer.verify(accessTokenType, token, { issuer }));
  if (!claims.success || !claims.data.scope.split(' ').includes(identityScope)) throw invalid();
  const party = await findApprovedParty(database, claims.data.client_id);
  if (party === undefined) throw new RequestError('ERR_PARTY_NOT_ACTIVE', 'this party is not approved now');
  return { kind: 'service', party };
}

function invalid(): RequestError {
  return new RequestError('ERR_TOKEN_INVALID', 'the token is not one for this gateway');
}
