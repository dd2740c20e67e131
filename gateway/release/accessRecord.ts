import { newAccessId, type AccessRecord } from '#projections/logs/accessRecords.ts';
import { findIdentity } from '#projections/models/identityDetails.ts';
import type { GatewayParts } from '../context.ts';

/** What is known of an access before it has an id. */
export type Access = Omit<AccessRecord, 'accessId'>;

/**
 * Writes the record of an access and gives its id. An answer is signed only with an id from here, and the id comes only when
 * the record would survive a power cut: no value leaves before the person could see who looked. Refused requests are kept too.
 */
export async function recordAccess(
  { accessLog }: Pick<GatewayParts, 'accessLog'>,
  identity: string | undefined,
  access: Access,
): Promise<string> {
  const accessId = newAccessId();
  await accessLog.record(identity, { accessId, ...access });
  return accessId;
}

/** In whose log a look stands: in nobody's once the person is erased, since such looks would join what the erasure took apart. */
export async function whoseLog(
  { database }: Pick<GatewayParts, 'database'>,
  identity: string | undefined,
): Promise<string | undefined> {
  const found = identity === undefined ? undefined : await findIdentity(database, identity);
  return found?.status === 'erased' ? undefined : identity;
}
