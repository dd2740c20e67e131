import * as z from 'zod';
import { OpaqueId } from '#domain/envelope.ts';
import type { Caller, ServiceCaller } from '../caller.ts';
import { gatewayName, type NodeSigner } from '../nodeSigner.ts';
import { RequestError } from '../http/requestError.ts';

/** The kind of JWT that stands in for a login while a country is a demo. */
export const demoTokenType = 'plinth-demo+jwt';

/** Callers that have a login of their own later; relying parties use OAuth from the first day. */
export type DemoCaller = Exclude<Caller, ServiceCaller>;

const Claims = z.object({ sub: OpaqueId, role: z.enum(['resident', 'officer', 'auditor']) });

/** A token for a resident, an officer or an auditor of a demo country, signed by a node that vouches for its own. */
export function issueDemoToken(
  signer: NodeSigner,
  caller: DemoCaller,
  options: { readonly lifetimeSeconds?: number } = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return signer.sign(demoTokenType, {
    aud: gatewayName(signer.agency),
    sub: subjectOf(caller),
    role: caller.kind,
    iat: now,
    exp: now + (options.lifetimeSeconds ?? 8 * 3600),
  });
}

/** Who a demo token was issued to; an officer is one of the agency that signed. Throws a RequestError when it is expired, foreign, or the country is no demo. */
export async function verifyDemoToken(signer: NodeSigner, token: string, demo: boolean): Promise<DemoCaller> {
  if (!demo) throw new RequestError('ERR_TOKEN_INVALID', 'demo tokens are not accepted in this country');
  const claims = Claims.safeParse(await signer.verify(demoTokenType, token));
  if (!claims.success) throw new RequestError('ERR_TOKEN_INVALID', 'the token names nobody');
  const { role, sub } = claims.data;
  if (role === 'resident') return { kind: role, identity: sub };
  return role === 'officer' ? { kind: role, agency: signer.agency, officer: sub } : { kind: role, auditor: sub };
}

function subjectOf(caller: DemoCaller): string {
  if (caller.kind === 'resident') return caller.identity;
  return caller.kind === 'officer' ? caller.officer : caller.auditor;
}
