import { randomUUID } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';
import * as z from 'zod';
import type { DemoParty } from './demoContent.ts';

const Provider = z.object({ issuer: z.url(), token_endpoint: z.url() });
const Granted = z.object({ access_token: z.string() });

/** What a relying party does to get an access token: signs a client assertion (RFC 7523) and hands it to the node at `url`. */
export async function partyToken({ party, key }: DemoParty, url: string): Promise<string> {
  const { issuer, token_endpoint } = Provider.parse(await answerOf(`${url}/oidc/.well-known/openid-configuration`));
  const assertion = await new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(party)
    .setSubject(party)
    .setAudience(issuer)
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(await importJWK(key, 'ES256'));
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    scope: 'identity',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  });
  return Granted.parse(await answerOf(token_endpoint, { method: 'POST', body })).access_token;
}

async function answerOf(url: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) }).catch((cause: unknown) => {
    throw new PartyTokenFault(`nothing answers at ${url}; is the node running?`, cause);
  });
  if (response.ok) return response.json();
  const hint = response.status === 401 ? '; was it started with the same --ledger, --agency and PLINTH_DATA?' : '';
  throw new PartyTokenFault(`the node answered ${response.status}: ${(await response.text()).slice(0, 300)}${hint}`);
}

/** The node gave no token. */
class PartyTokenFault extends Error {
  readonly code = 'ERR_NO_TOKEN';

  constructor(reason: string, cause?: unknown) {
    super(`ERR_NO_TOKEN: ${reason}`, { cause });
    this.name = 'PartyTokenFault';
  }
}
