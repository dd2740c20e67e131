import { sql } from 'kysely';
import { subjectIndex } from '../models/blindIndexes.ts';
import type { Keystore } from '../keys/keystore.ts';
import type { Database } from '../postgres/database.ts';

/** A consent that is left of somebody who was erased. `withdrawn`, `expired` and other past ones can be erased at once. */
export type OwedConsent = {
  readonly consent: string;
  readonly status: 'given' | 'withdrawn' | 'expired';
  readonly version: number;
  readonly validUntil: string;
};

/**
 * The consents that are still to be erased: of everybody who was, or of one of them. Worked out anew each time from blind
 * indexes, so a consent that comes late, or that another node gave in the person's name, is on the list too.
 */
export async function findOwedConsents(
  { kysely }: Database,
  keystore: Keystore,
  identity?: string,
): Promise<readonly OwedConsent[]> {
  const { rows: erased } = await sql<{ identity: string }>`
    select identity from model.identity_details
    where status = 'erased' and ${identity === undefined ? sql`true` : sql`identity = ${identity}`}`.execute(kysely);
  const subjects = erased.map((each) => subjectIndex(keystore, each.identity));
  const { rows } = await sql<OwedConsent>`
    select consent, status, version, valid_until as "validUntil" from model.consents
    where subject_index = any(${subjects}) and status <> 'erased' order by consent`.execute(kysely);
  return rows;
}
