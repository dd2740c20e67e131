import type { ConsentTerms } from '#domain/consent/terms.ts';
import { consentClass } from '#domain/identitySchema/classes.ts';
import { findConsentsOf } from '#projections/models/consents.ts';
import { findRelyingParty } from '#projections/models/relyingParties.ts';
import type { GatewayParts } from '../context.ts';
import { randomId } from '../randomId.ts';
import { Refused } from '../refused.ts';
import { submitOrder, type Receipt } from '../offices/submitOrder.ts';

/** Puts a person's consent on the ledger: sealed, in a stream of its own that nothing ties to the person. */
export async function giveConsent(parts: GatewayParts, identity: string, terms: ConsentTerms): Promise<Receipt> {
  if ((await findRelyingParty(parts.database, terms.party)) === undefined)
    throw new Refused('ERR_PARTY_UNKNOWN', 'no such party');
  const { validFrom, validUntil } = terms;
  return submitOrder(parts, {
    stream: `consent-${randomId()}`,
    type: 'GiveConsent',
    data: { validFrom, validUntil },
    sealed: { class: consentClass, values: { subject: identity, terms } },
  });
}

/** Withdraws a consent of this person: when it answers, this node releases nothing under it any more. */
export async function withdrawConsent(parts: GatewayParts, identity: string, consent: string): Promise<Receipt> {
  const own = await findConsentsOf(parts.database, parts.keystore, identity);
  // Whose a foreign consent is, or whether it exists at all, is nobody else's business.
  if (!own.some((each) => each.consent === consent)) throw new Refused('ERR_NOT_FOUND', 'no such consent of yours');
  return submitOrder(parts, { stream: `consent-${consent}`, type: 'WithdrawConsent', data: {} });
}
