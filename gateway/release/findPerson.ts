import { findIdentity, type IdentityStatus } from '#projections/models/identityDetails.ts';
import { findByIdentifier } from '#projections/models/identifiers.ts';
import { openConsentOf } from '#projections/notices/knownConsents.ts';
import { findSubject } from '#projections/notices/partyNotices.ts';
import type { RelyingParty } from '#projections/models/relyingParties.ts';
import type { GatewayParts } from '../context.ts';
import { Refused } from '../refused.ts';
import { identifierOf, type Identified } from './identifier.ts';

/** How a party names a person: by an identifier, or by the name of the person that is the party's own. */
export type By = Identified & { readonly subject?: string | null | undefined };

/** Whom a party means, if anybody. */
export type Person = { readonly identity: string; readonly status: IdentityStatus };

/** What a party's attempts at one person are counted by. Refuses what can name nobody, whoever is registered. */
export function nameOf({ country }: Pick<GatewayParts, 'country'>, { subject, ...by }: By): string {
  if (isGiven(subject)) return `subject ${checkedSubject(subject)}`;
  const { kind, value } = identifierOf(country, by);
  return `${kind} ${value}`;
}

/** The person that a party names. A name that was made for another party leads to nobody, like one that nobody made. */
export async function findPerson(
  parts: GatewayParts,
  { party }: Pick<RelyingParty, 'party'>,
  { subject, ...by }: By,
): Promise<Person | undefined> {
  if (!isGiven(subject)) return findByIdentifier(parts.database, parts.keystore, identifierOf(parts.country, by));
  const identity = await findSubject(parts.database, parts.keystore, party, checkedSubject(subject));
  if (identity === undefined) await openStranger(parts); // the same work as for somebody
  const found = await findIdentity(parts.database, identity ?? parts.stranger.identity);
  return found && { identity: found.identity, status: found.status };
}

async function openStranger({ database, keystore, stranger }: GatewayParts): Promise<void> {
  await openConsentOf(database.kysely, keystore, `consent-${stranger.identity}`);
  stranger.open();
}

function isGiven(subject: By['subject']): subject is string {
  return subject !== undefined && subject !== null;
}

function checkedSubject(subject: string): string {
  if (!/^[A-Za-z0-9_-]{43}$/.test(subject)) throw new Refused('ERR_MALFORMED', 'the subject is no name of a person');
  return subject;
}
