import { sql } from 'kysely';
import type { ConsentEvent } from '#domain/consent/events.ts';
import type { ConsentTerms } from '#domain/consent/terms.ts';
import type { IdentitySchema } from '#domain/identitySchema/events.ts';
import type { Keystore } from '../keys/keystore.ts';
import { orUndefined } from '../keys/orUndefined.ts';
import { openSealed, type SealedAtRest } from '../keys/opening.ts';
import { readConsent } from '../models/blindIndexes.ts';
import { eventsOf, type ProjectedEvent } from '../models/readModel.ts';
import { readFactsOf } from '../models/storedFacts.ts';
import { isBefore, type Place } from '../place.ts';
import type { Database, Trx } from '../postgres/database.ts';

type Reader = Database['kysely'] | Trx;

/** A fact of a consent. */
export type ConsentFact = ProjectedEvent<ConsentEvent>;

/** What this node's indexes say of a consent, without opening it. */
export type IndexedConsent = {
  readonly stream: string;
  readonly party: string;
  readonly subject: string;
  readonly subjectIndex: string;
};

/** The consents among these streams whose private values this node has had. */
export async function indexedConsents(trx: Trx, streams: readonly string[]): Promise<readonly IndexedConsent[]> {
  const { rows } = await sql<IndexedConsent>`
    select p.stream, p.blind_index as party, w.blind_index as subject, s.blind_index as "subjectIndex"
    from keystore.blind_indexes p
    join keystore.blind_indexes w on w.stream = p.stream and w.kind = 'pairwise'
    join keystore.blind_indexes s on s.stream = p.stream and s.kind = 'subject'
    where p.stream = any(${streams}) and p.kind = 'party'`.execute(trx);
  return rows;
}

/** The consents that people have ever given and that are not erased, by what stands for the people. */
export async function consentsOfSubjects(trx: Trx, subjects: readonly string[]): Promise<readonly string[]> {
  const { rows } = await sql<{ stream: string }>`
    select 'consent-' || consent as stream from model.consents where subject_index = any(${subjects})`.execute(trx);
  return rows.map(({ stream }) => stream);
}

/** Every fact of these consents, by stream, oldest first. */
export async function factsOfConsents(
  trx: Trx,
  streams: readonly string[],
): Promise<ReadonlyMap<string, readonly ConsentFact[]>> {
  return Map.groupBy(eventsOf(await readFactsOf({ kysely: trx }, streams), 'consent'), ({ event }) => event.stream);
}

/** Whether a consent counted at a place on the ledger, at the time of what stands there. */
export function countsAt(facts: readonly ConsentFact[], place: Place, at: string): boolean {
  const before = facts.filter((fact) => isBefore(fact.place, place)).map(({ event }) => event);
  const [given] = before.flatMap((event) => (event.type === 'ConsentGiven' ? [event.data] : []));
  return given !== undefined && before.length === 1 && given.validFrom <= at && at < given.validUntil;
}

/** Whose a consent is and what it says; undefined for one that is erased, whose values have not come, or that no key here opens. */
export async function openConsentOf(
  db: Reader,
  keystore: Keystore,
  stream: string,
): Promise<{ readonly subject: string; readonly terms: ConsentTerms } | undefined> {
  const { rows } = await sql<SealedAtRest>`
    select e.stream, e.version, e.entry, k.wrapped from store.sealed_entries e
    join keystore.content_keys k using (stream, version)
    where e.stream = ${stream} order by version limit 1`.execute(db);
  const [sealed] = rows;
  // A key that was lost must not stop the fold: every fact about the person would be one that cannot be read.
  return sealed && orUndefined(() => readConsent(openSealed(keystore, sealed)));
}

/** Which attributes of a class a person has accepted. */
export function acceptedIn(
  { claims }: ConsentTerms,
  schema: IdentitySchema | undefined,
  className: string | undefined,
): readonly string[] {
  const fields = schema?.fields.filter((field) => field.class === className) ?? [];
  const names = new Set(fields.map(({ name }) => name));
  return claims.filter(({ attribute, accepted }) => accepted && names.has(attribute)).map(({ attribute }) => attribute);
}
