import { sql } from 'kysely';
import type { ConsentEvent } from '#domain/consent/events.ts';
import type { ConsentTerms } from '#domain/consent/terms.ts';
import { idOf } from '#domain/envelope.ts';
import { unreachable } from '#domain/unreachable.ts';
import { pairIndex, readConsent, subjectIndex } from './blindIndexes.ts';
import { foldRows } from './foldRows.ts';
import type { Keystore } from '../keys/keystore.ts';
import { openSealed } from '../keys/opening.ts';
import type { Point } from '../past/point.ts';
import { ask } from '../postgres/ask.ts';
import type { Database } from '../postgres/database.ts';
import { eventsOf, type ModelTarget, type ProjectedEvent, type ReadModel } from './readModel.ts';
import { readFactsOf } from './storedFacts.ts';

type Row = {
  readonly consent: string;
  readonly subject_index: string | null;
  readonly pair_index: string | null;
  readonly status: ConsentStatus;
  readonly version: number;
  readonly sealed_version: number | null;
  readonly valid_from: string;
  readonly valid_until: string;
  readonly given_at: string;
  readonly block: number;
};

type ConsentStatus = 'given' | 'withdrawn' | 'expired' | 'erased';

/** A consent, opened: for its person, or for a decision about an answer. */
export type Consent = {
  readonly consent: string;
  readonly status: ConsentStatus;
  readonly version: number;
  readonly validFrom: string;
  readonly validUntil: string;
  readonly givenAt: string;
  readonly terms: ConsentTerms;
};

/** Consents by blind indexes of their person and party; what they say lies sealed in the store. */
export const consents: ReadModel = {
  tables: ['consents'],
  project: (page, target) => foldPage(page, target, fold),
  heal: (page, target) => foldPage(page, target, (row, fact, indexes) => row && { ...row, ...indexes(fact) }),
};

type ConsentFact = ProjectedEvent<ConsentEvent>;
type Indexes = Pick<Row, 'subject_index' | 'pair_index'>;
type Fold = (row: Row | undefined, fact: ConsentFact, indexes: (fact: ConsentFact) => Indexes) => Row | undefined;

async function foldPage(page: readonly ProjectedEvent[], target: ModelTarget, foldOne: Fold): Promise<void> {
  const items = eventsOf(page, 'consent').map((item) => ({ key: idOf(item.event.stream), item }));
  if (items.length === 0) return;
  const streams = items.map(({ item }) => item.event.stream);
  const { rows } = await sql<{ stream: string; kind: string; blind_index: string }>`
    select stream, kind, blind_index from keystore.blind_indexes where stream = any(${streams})`.execute(target.trx);
  const known = new Map(rows.map(({ stream, kind, blind_index }) => [`${stream} ${kind}`, blind_index]));
  const indexes = ({ event: { stream } }: ConsentFact): Indexes => ({
    subject_index: known.get(`${stream} subject`) ?? null,
    pair_index: known.get(`${stream} pair`) ?? null,
  });
  await foldRows<Row, ConsentFact>(target, { table: 'consents', key: 'consent' }, items, (row, item) =>
    foldOne(row, item, indexes),
  );
}

const forgotten = { subject_index: null, pair_index: null, sealed_version: null };

function fold(row: Row | undefined, fact: ConsentFact, indexes: (fact: ConsentFact) => Indexes): Row | undefined {
  const { event, place } = fact;
  switch (event.type) {
    case 'ConsentGiven':
      return {
        consent: idOf(event.stream),
        ...indexes(fact),
        status: 'given',
        version: event.version,
        sealed_version: event.version,
        valid_from: event.data.validFrom,
        valid_until: event.data.validUntil,
        given_at: event.at,
        block: place.block,
      };
    case 'ConsentWithdrawn':
      return row && { ...row, status: 'withdrawn', version: event.version, block: place.block };
    case 'ConsentExpired':
      return row && { ...row, status: 'expired', version: event.version, block: place.block };
    case 'ConsentErased':
      return row && { ...row, ...forgotten, status: 'erased', version: event.version, block: place.block };
    default:
      return unreachable(event);
  }
}

/** What these facts of one consent, oldest first, make of it; not whose it is nor what it says. */
export function consentFrom(
  facts: readonly ConsentFact[],
): Pick<Consent, 'status' | 'version' | 'validFrom' | 'validUntil' | 'givenAt'> | undefined {
  const unknown: Indexes = { subject_index: null, pair_index: null };
  const row = facts.reduce<Row | undefined>((folded, fact) => fold(folded, fact, () => unknown), undefined);
  if (row === undefined) return undefined;
  const { status, version, valid_from: validFrom, valid_until: validUntil, given_at: givenAt } = row;
  return { status, version, validFrom, validUntil, givenAt };
}

const columns = `'consent-' || c.consent as stream, c.consent, c.status, c.version, c.sealed_version as "sealedVersion",
    c.valid_from as "validFrom", c.valid_until as "validUntil", c.given_at as "givenAt", e.entry, k.wrapped`;
const sealedTerms = `join store.sealed_entries e on e.stream = 'consent-' || c.consent and e.version = c.sealed_version
  join keystore.content_keys k on k.stream = e.stream and k.version = e.version`;
const newestFirst = 'order by c.given_at desc, c.block desc, c.consent';
const liveOfPair = {
  name: 'find-live-consents',
  text: `select asked.place, ${columns}
    from unnest($1::text[], $2::timestamptz[]) with ordinality as asked(pair_index, at, place)
    join model.consents c on c.pair_index = asked.pair_index and c.status = 'given'
      and c.valid_from <= asked.at and c.valid_until > asked.at
    ${sealedTerms} ${newestFirst}`,
};
const ofSubject = {
  name: 'find-consents-of',
  text: `select ${columns} from model.consents c ${sealedTerms} where c.subject_index = $1 ${newestFirst}`,
};

type SealedConsent = Omit<Consent, 'terms'> & {
  readonly stream: string;
  readonly sealedVersion: number;
  readonly entry: Uint8Array;
  readonly wrapped: Uint8Array;
};

/** The consents of a person to a party that count at a time (ISO 8601), newest first. */
export async function findLiveConsents(
  db: Database,
  keystore: Keystore,
  { identity, party, at }: { readonly identity: string; readonly party: string; readonly at: string },
): Promise<readonly Consent[]> {
  const sealed = await db.askTogether<SealedConsent>(liveOfPair, [pairIndex(keystore, identity, party), at]);
  return sealed.map((each) => openConsent(keystore, each));
}

/** Every consent a person has given by now, or by a point, as it stood then; withdrawn and past ones too, newest first. */
export async function findConsentsOf(
  db: Database,
  keystore: Keystore,
  identity: string,
  point?: Point,
): Promise<readonly Consent[]> {
  const sealed = await ask<SealedConsent>(db, ofSubject, [subjectIndex(keystore, identity)]);
  const standing = point === undefined ? sealed : await asTheyStood(db, sealed, point);
  return standing.map((each) => openConsent(keystore, each));
}

async function asTheyStood(
  db: Database,
  sealed: readonly SealedConsent[],
  { held }: Point,
): Promise<readonly SealedConsent[]> {
  const facts = await readFactsOf(
    db,
    sealed.map(({ stream }) => stream),
    held,
  );
  const byStream = Map.groupBy(eventsOf(facts, 'consent'), ({ event }) => event.stream);
  return sealed.flatMap((each) => {
    const stood = consentFrom(byStream.get(each.stream) ?? []);
    return stood === undefined ? [] : [{ ...each, ...stood }];
  });
}

function openConsent(keystore: Keystore, sealed: SealedConsent): Consent {
  const { stream, sealedVersion, entry, wrapped, ...consent } = sealed;
  const { terms } = readConsent(openSealed(keystore, { stream, version: sealedVersion, entry, wrapped }));
  return { ...consent, terms };
}
