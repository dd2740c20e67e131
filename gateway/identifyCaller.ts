import * as z from 'zod';
import type { Caller, ServiceCaller } from './caller.ts';
import type { GatewayParts } from './context.ts';
import { findApprovedParty } from './findApprovedParty.ts';
import { agencyOfToken, typeOfToken, type NodeSigner } from './nodeSigner.ts';
import { RequestError } from './http/requestError.ts';
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
  if (type === demoTokenType) return identifyDemoCaller(parts, token);
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

// The node's own token says whose it is; another agency's vouches for that agency's officers, where they are served here.
async function identifyDemoCaller({ signer, offices, country }: GatewayParts, token: string): Promise<Caller> {
  const agency = agencyOfToken(token);
  if (agency === undefined || agency === signer.agency) return verifyDemoToken(signer, token, country.demo);
  const office = offices.get(agency);
  if (office === undefined)
    throw new RequestError('ERR_OTHER_AGENCY', "an officer of another agency asks at that agency's own node");
  const caller = await verifyDemoToken(office.signer, token, country.demo);
  if (caller.kind !== 'officer') throw invalid();
  return caller;
}

function invalid(): RequestError {
  return new RequestError('ERR_TOKEN_INVALID', 'the token is not one for this gateway');
}
