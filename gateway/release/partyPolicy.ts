import type { RelyingParty } from '#projections/models/relyingParties.ts';
import { findSharingPolicy, type SharingPolicy } from '#projections/models/sharingPolicies.ts';
import type { GatewayParts } from '../context.ts';

/** The sharing policy that a party is under now; undefined without one, and once it is retired. */
export async function findPartyPolicy(
  { database }: Pick<GatewayParts, 'database'>,
  { policy }: RelyingParty,
): Promise<SharingPolicy | undefined> {
  const assigned = policy === null ? undefined : await findSharingPolicy(database, policy);
  return assigned?.status === 'published' ? assigned : undefined;
}
