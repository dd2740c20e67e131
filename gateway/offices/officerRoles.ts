import { actsAt } from '#domain/agency/officer.ts';
import type { Role } from '#domain/agency/roles.ts';
import { findAgency, findOfficer } from '#projections/models/agencies.ts';
import type { GatewayParts } from '../context.ts';
import { Refused } from '../refused.ts';
import type { OrderingOfficer } from './submitOrder.ts';

/** The roles that an officer has now: they stand in the agency's stream, never in a token. Throws a Refused for nobody who acts. */
export async function getRoles(
  { database }: Pick<GatewayParts, 'database'>,
  { agency, officer }: OrderingOfficer,
): Promise<readonly Role[]> {
  const at = new Date().toISOString();
  const [known, own] = await Promise.all([findOfficer(database, agency, officer), findAgency(database, agency)]);
  const acts = own?.removedAt === null && known?.removedAt === null && actsAt(known, at);
  if (!acts) throw new Refused('ERR_AUTHORITY_INVALID', 'no such officer acts now');
  return known.roles;
}
