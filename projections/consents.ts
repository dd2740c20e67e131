import * as z from 'zod';
import type { ConsentEvent } from '#domain/consent/events.ts';
import { ConsentTerms } from '#domain/consent/terms.ts';
import type { OpenedValue } from '#domain/decider.ts';
import { idOf } from '#domain/envelope.ts';
import { unreachable } from '#domain/unreachable.ts';
import { foldRows } from './foldRows.ts';
import type { Keystore } from './keystore.ts';
import { openSealed } from './opening.ts';
import { ask } from './postgres/ask.ts';
import type { Database } from './postgres/database.ts';
import { eventsOf, type ModelTarget, type ProjectedEvent, type ReadModel } from './readModel.ts';

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

type ConsentStatus = 'given' | 'withdrawn';

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

export const consents: ReadModel = {
  tables: ['consents'],
  project: (page, target) => foldPage(page, target, fold),
  heal: (page, target) => foldPage(page, target, withIndexes),
};

type ConsentFact = ProjectedEvent<ConsentEvent>;
type Fold = (row: Row | undefined, fact: ConsentFact, keystore: Keystore) => Row | undefined;

async function foldPage(page: readonly ProjectedEvent[], target: ModelTarget, foldOne: Fold): Promise<void> {
  const items = eventsOf(page, 'consent').map((item) => ({ key: idOf(item.event.stream), item }));
  await foldRows<Row, ConsentFact>(target, { table: 'consents', key: 'consent' }, items, (row, item) =>
    foldOne(row, item, target.keystore),
  );
}

function fold(row: Row | undefined, fact: ConsentFact, keystore: Keystore): Row | undefined {
  const { event, place } = fact;
  switch (event.type) {
    case 'ConsentGiven':
      return {
        consent: idOf(event.stream),
        ...indexesOf(fact, keystore),
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
    default:
      return unreachable(event);
  }
}

function withIndexes(row: Row | undefined, fact: ConsentFact, keystore: Keystore): Row | undefined {
  return row && { ...row, ...indexesOf(fact, keystore) };
}

function indexesOf({ opened }: ConsentFact, keystore: Keystore): Pick<Row, 'subject_index' | 'pair_index'> {
  const values = opened();
  if (values === undefined) return { subject_index: null, pair_index: null };
  const { subject, terms } = read(values);
  return {
    subject_index: subjectIndex(keystore, subject),
    pair_index: pairIndex(keystore, subject, terms.party),
  };
}

function read(values: readonly OpenedValue[]): { readonly subject: string; readonly terms: ConsentTerms } {
  const valueOf = (name: string) => values.find((each) => each.name === name)?.value;
  return { subject: z.string().parse(valueOf('subject')), terms: ConsentTerms.parse(valueOf('terms')) };
}

/** What stands for a person in this node's tables. */
export function subjectIndex(keystore: Keystore, identity: string): string {
  return keystore.blindIndex('subject', identity);
}

function pairIndex(keystore: Keystore, identity: string, party: string): string {
  return keystore.blindIndex('pair', `${identity} ${party}`);
}

const columns = `select 'consent-' || c.consent as stream, c.consent, c.status, c.version, c.sealed_version as "sealedVersion",
    c.valid_from as "validFrom", c.valid_until as "validUntil", c.given_at as "givenAt", e.entry, k.wrapped
  from model.consents c
  join store.sealed_entries e on e.stream = 'consent-' || c.consent and e.version = c.sealed_version
  join keystore.content_keys k on k.stream = e.stream and k.version = e.version`;
const newestFirst = 'order by c.given_at desc, c.block desc, c.consent';
const liveOfPair = {
  name: 'find-live-consents',
  text: `${columns} where c.pair_index = $1 and c.status = 'given' and c.valid_from <= $2 and c.valid_until > $2
    ${newestFirst}`,
};
const ofSubject = { name: 'find-consents-of', text: `${columns} where c.subject_index = $1 ${newestFirst}` };

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
  const sealed = await ask<SealedConsent>(db, liveOfPair, [pairIndex(keystore, identity, party), at]);
  return sealed.map((each) => openConsent(keystore, each));
}

/** Every consent a person has given, withdrawn and past ones too, newest first. */
export async function findConsentsOf(db: Database, keystore: Keystore, identity: string): Promise<readonly Consent[]> {
  const sealed = await ask<SealedConsent>(db, ofSubject, [subjectIndex(keystore, identity)]);
  return sealed.map((each) => openConsent(keystore, each));
}

function openConsent(keystore: Keystore, sealed: SealedConsent): Consent {
  const { stream, sealedVersion, entry, wrapped, ...consent } = sealed;
  const { terms } = read(openSealed(keystore, { stream, version: sealedVersion, entry, wrapped }));
  return { ...consent, terms };
}
