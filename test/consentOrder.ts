import { newId, order, type Submission } from './registry.ts';

/** A yes to some party about some person, in a stream of its own. */
export function consentOrder(days = 30): Submission {
  const validFrom = new Date(Date.now() - 60_000).toISOString();
  const validUntil = new Date(Date.now() + days * 86_400_000).toISOString();
  const claims = [{ attribute: 'givenName', essential: true, accepted: true }];
  const terms = { party: newId(), purpose: 'ServiceProvision', claims, validFrom, validUntil };
  return order(
    { stream: `consent-${newId()}`, type: 'GiveConsent', data: { validFrom, validUntil } },
    { values: { class: 'consent', of: { subject: newId(), terms } } },
  );
}
