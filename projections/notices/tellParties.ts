import { idOf } from '#domain/envelope.ts';
import type { IdentityEvent } from '#domain/identity/events.ts';
import type { IdentitySchema } from '#domain/identitySchema/events.ts';
import { noticesOf } from '#domain/notice/noticesOf.ts';
import { partyDetailOf, type NoticeType } from '#domain/notice/vocabulary.ts';
import type { Keystore } from '../keys/keystore.ts';
import { partyIndex, subjectIndex } from '../models/blindIndexes.ts';
import { publishedSchemas } from '../models/identitySchemas.ts';
import { eventsOf, type ProjectedEvent } from '../models/readModel.ts';
import { readFactsOf } from '../models/storedFacts.ts';
import type { Trx } from '../postgres/database.ts';
import { forgetTold } from './forgetTold.ts';
import {
  acceptedIn,
  consentsOfSubjects,
  countsAt,
  factsOfConsents,
  indexedConsents,
  openConsentOf,
  type ConsentFact,
  type IndexedConsent,
} from './knownConsents.ts';
import { keepNotices, type Told } from './told.ts';

/**
 * Writes what relying parties are told of a page of facts: of their own consents, of people while a consent of theirs counts,
 * and of themselves. In the transaction that takes the facts in, so that a notice is there exactly when its fact is, and once.
 */
export async function tellParties(trx: Trx, keystore: Keystore, page: readonly ProjectedEvent[]): Promise<void> {
  const told = [
    ...aboutParties(keystore, page),
    ...(await aboutConsents(trx, page)),
    ...(await aboutPeople(trx, keystore, page)),
  ];
  await keepNotices(trx, keystore, told);
  await forgetTold(trx, keystore, page);
}

/** The same for consents whose private values have come late: what was not told then is told now, after what was. */
export async function tellLate(trx: Trx, keystore: Keystore, page: readonly ProjectedEvent[]): Promise<void> {
  const streams = eventsOf(page, 'consent').map(({ event }) => event.stream);
  if (streams.length === 0) return;
  const people: string[] = [];
  for (const stream of streams) {
    const consent = await openConsentOf(trx, keystore, stream);
    if (consent !== undefined) people.push(`identity-${consent.subject}`);
  }
  await tellParties(trx, keystore, await readFactsOf({ kysely: trx }, [...streams, ...people]));
}

function aboutParties(keystore: Keystore, page: readonly ProjectedEvent[]): readonly Told[] {
  return eventsOf(page, 'relyingParty').flatMap((fact) =>
    typesFor(fact).map((type) => say(fact, type, partyIndex(keystore, idOf(fact.event.stream)))),
  );
}

async function aboutConsents(trx: Trx, page: readonly ProjectedEvent[]): Promise<readonly Told[]> {
  const facts = eventsOf(page, 'consent').filter((fact) => typesFor(fact).length > 0);
  if (facts.length === 0) return [];
  const known = await indexedConsents(
    trx,
    facts.map(({ event }) => event.stream),
  );
  const byStream = new Map(known.map((consent) => [consent.stream, consent]));
  return facts.flatMap((fact) => {
    const consent = byStream.get(fact.event.stream);
    return consent === undefined ? [] : typesFor(fact).map((type) => sayBy(fact, type, consent));
  });
}

type IdentityFact = ProjectedEvent<IdentityEvent>;

// Nobody can have consented before there was somebody, so a page of registrations costs nothing here.
async function aboutPeople(trx: Trx, keystore: Keystore, page: readonly ProjectedEvent[]): Promise<readonly Told[]> {
  const facts = eventsOf(page, 'identity').filter(
    (fact) => fact.event.type !== 'IdentityRegistered' && typesFor(fact).length > 0,
  );
  if (facts.length === 0) return [];
  const subjects = new Map(facts.map(({ event }) => [event.stream, subjectIndex(keystore, idOf(event.stream))]));
  const consents = await consentsWithFacts(trx, [...subjects.values()]);
  if (consents.length === 0) return [];
  const teller = { trx, keystore, schemas: await publishedSchemas({ trx, schema: 'model' }) };
  const told: Told[] = [];
  for (const fact of facts) {
    const counting = consents.filter(
      ({ subjectIndex: subject, facts: history }) =>
        subject === subjects.get(fact.event.stream) && countsAt(history, fact.place, fact.event.at),
    );
    told.push(...(await tellOf(teller, fact, counting)));
  }
  return told;
}

type ConsentWithFacts = IndexedConsent & { readonly facts: readonly ConsentFact[] };

async function consentsWithFacts(trx: Trx, subjects: readonly string[]): Promise<readonly ConsentWithFacts[]> {
  const streams = await consentsOfSubjects(trx, subjects);
  if (streams.length === 0) return [];
  const facts = await factsOfConsents(trx, streams);
  const indexed = await indexedConsents(trx, streams);
  return indexed.map((consent) => ({ ...consent, facts: facts.get(consent.stream) ?? [] }));
}

/** What consents are judged with: the schemas of the page are read once. */
type Teller = {
  readonly trx: Trx;
  readonly keystore: Keystore;
  readonly schemas: ReadonlyMap<number, IdentitySchema>;
};

/** One notice of each type for each party, by the first of its consents that has a say in it. */
async function tellOf(
  teller: Teller,
  fact: IdentityFact,
  consents: readonly IndexedConsent[],
): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const [, ofParty] of Map.groupBy(consents, ({ party }) => party))
    for (const type of typesFor(fact)) {
      const consent = type === 'identity.updated' ? await findConcerned(teller, fact, ofParty) : ofParty.at(0);
      if (consent !== undefined) told.push(sayBy(fact, type, consent));
    }
  return told;
}

async function findConcerned(
  { trx, keystore, schemas }: Teller,
  { event }: IdentityFact,
  consents: readonly IndexedConsent[],
): Promise<IndexedConsent | undefined> {
  if (!('schema' in event.data)) return undefined;
  const { schema, class: className } = event.data;
  for (const consent of consents) {
    const opened = await openConsentOf(trx, keystore, consent.stream);
    if (opened !== undefined && acceptedIn(opened.terms, schemas.get(schema), className).length > 0) return consent;
  }
  return undefined;
}

/** The types of notices of a fact that parties are told of. */
function typesFor({ event }: ProjectedEvent): readonly NoticeType[] {
  return noticesOf(event)
    .map(({ type }) => type)
    .filter((type) => partyDetailOf(type) !== undefined);
}

function say({ place, transactionId, event: { at } }: ProjectedEvent, type: NoticeType, party: string): Told {
  return { party, type, at, place, transactionId };
}

function sayBy(fact: ProjectedEvent, type: NoticeType, consent: IndexedConsent): Told {
  const { party, subject, subjectIndex: index, stream } = consent;
  return { ...say(fact, type, party), about: { subject, subjectIndex: index, consent: idOf(stream) } };
}
