import { recordAccess } from '../release/accessRecord.ts';
import type { OfficerContext } from '../context.ts';
import type { Refused } from '../refused.ts';

/** What an officer asked for about a person, and whether it was shown. */
type Look = { readonly requested: readonly string[]; readonly decision: 'RELEASED' | Refused['code'] };

/** Writes down that an officer looked at a person, who sees it; a no is kept too. Gives the id of the record. */
export function recordLook(
  context: OfficerContext,
  identity: string | undefined,
  { requested, decision }: Look,
): Promise<string> {
  return recordAccess(context, identity, {
    kind: 'officer',
    party: `${context.caller.agency}/${context.caller.officer}`,
    purpose: null,
    requested,
    released: decision === 'RELEASED' ? requested : [],
    withheld: [],
    decision,
    at: new Date().toISOString(),
  });
}
