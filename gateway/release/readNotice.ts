import * as z from 'zod';
import { findPartyNotice, findSubject, type PartyNotice } from '#projections/notices/partyNotices.ts';
import type { RelyingParty } from '#projections/models/relyingParties.ts';
import type { GatewayParts } from '../context.ts';
import { Refused } from '../refused.ts';
import { recordAccess, whoseLog } from './accessRecord.ts';

/** A notice that a party was told, for it to read what stands in it; the person sees that it did. */
export async function readNotice(
  parts: GatewayParts,
  { party }: Pick<RelyingParty, 'party'>,
  id: string,
): Promise<PartyNotice> {
  const { database, keystore } = parts;
  const known = z.uuid().safeParse(id).success ? await findPartyNotice(database, keystore, party, id) : undefined;
  if (known === undefined) throw new Refused('ERR_NOT_FOUND', 'no such notice of yours');
  if (known.subject !== null)
    await recordAccess(parts, await whoseLog(parts, await findSubject(database, keystore, party, known.subject)), {
      kind: 'notice',
      party,
      purpose: null,
      requested: [],
      released: [],
      withheld: [],
      decision: known.type,
      at: new Date().toISOString(),
    });
  return known;
}
