import { OpaqueId } from '#domain/envelope.ts';
import type { Database } from '#projections/postgres/database.ts';
import { findRelyingParty, type RelyingParty } from '#projections/models/relyingParties.ts';

/** The party with this id, if it is approved now. OAuth lets any text come as an id; what cannot be one reaches no database. */
export async function findApprovedParty(database: Database, id: string): Promise<RelyingParty | undefined> {
  if (!OpaqueId.safeParse(id).success) return undefined;
  const party = await findRelyingParty(database, id);
  return party?.status === 'approved' ? party : undefined;
}
