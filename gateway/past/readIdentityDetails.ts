import type { Role } from '#domain/agency/roles.ts';
import { OpaqueId } from '#domain/envelope.ts';
import { findIdentity, type IdentityDetails } from '#projections/models/identityDetails.ts';
import { findPastPoint, type AsOf, type FoundPoint } from './asOf.ts';
import type { OfficerContext } from '../context.ts';
import { recordLook } from '../offices/officerLook.ts';
import { whoseLog } from '../release/accessRecord.ts';
import { getRoles } from '../offices/officerRoles.ts';
import { Refused } from '../refused.ts';

/** What an officer may see of an identity: its state, and nothing that stands in it. */
export type ReadDetails = IdentityDetails & { readonly point?: FoundPoint | undefined };

const readers: readonly Role[] = ['registrar', 'adjudicator'];

/** Shows a registrar or an adjudicator the state of an identity. The person sees who looked, like at every other look. */
export async function readIdentityDetails(
  context: OfficerContext,
  id: string,
  asOf: AsOf | null | undefined,
): Promise<ReadDetails> {
  await demandReader(context);
  const point = await findPastPoint(context, asOf);
  const known = OpaqueId.safeParse(id).success;
  const now = known ? await findIdentity(context.database, id) : undefined;
  const found = point === undefined || now === undefined ? now : await findIdentity(context.database, id, point);
  const decision = found === undefined ? 'ERR_NOT_FOUND' : 'RELEASED';
  await recordLook(context, await whoseLog(context, now?.identity), { requested: ['status'], decision });
  if (found === undefined) throw new Refused('ERR_NOT_FOUND', 'no such identity');
  return { ...found, point };
}

async function demandReader(context: OfficerContext): Promise<void> {
  const roles = await getRoles(context, context.caller);
  if (!roles.some((role) => readers.includes(role)))
    throw new Refused('ERR_ROLE_MISSING', `this takes the role ${readers.join(' or ')}`);
}
