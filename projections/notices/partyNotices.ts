import { noticeTypes, type NoticeType } from '#domain/notice/vocabulary.ts';
import type { Keystore } from '../keys/keystore.ts';
import { partyIndex } from '../models/blindIndexes.ts';
import { listIdentitySchemas } from '../models/identitySchemas.ts';
import { ask } from '../postgres/ask.ts';
import type { Database } from '../postgres/database.ts';
import { acceptedIn, openConsentOf } from './knownConsents.ts';

/** What a relying party is told. Its ids and numbers are of this party alone; nothing in it stands on the ledger. */
export type PartyNotice = {
  /** 1, 2, 3… within the party at this node; none comes again, and an erasure leaves gaps. */
  readonly sequence: number;
  /** UUID. */
  readonly id: string;
  readonly type: NoticeType;
  /** Of the fact; ISO 8601 with milliseconds. */
  readonly at: string;
  /** The party's own name for the person; null where the notice is about the party. */
  readonly subject: string | null;
  /** The consent by which it is told, null where there is none (any more). Its id stands on the ledger: never for the party. */
  readonly consent: string | null;
};

type Row = Omit<PartyNotice, 'type'> & { readonly type: string };

const columns = 'sequence, id, type, at, subject, consent';
const pageOfParty = {
  name: 'list-party-notices',
  text: `select ${columns} from store.party_notices where party_index = $1 and sequence > $2 order by sequence limit $3`,
};
const byId = {
  name: 'find-party-notice',
  text: `select ${columns} from store.party_notices where party_index = $1 and id = $2`,
};
const lastOfParty = {
  name: 'last-party-notice',
  text: 'select sequence from store.party_notice_ends where party_index = $1',
};

/** The notices of a party after a number, in order. */
export async function findPartyNotices(
  db: Database,
  keystore: Keystore,
  party: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly PartyNotice[]> {
  return (await ask<Row>(db, pageOfParty, [partyIndex(keystore, party), after, limit])).map(noticeFrom);
}

/** One notice of a party; undefined for what it was not told. `id` must be a UUID. */
export async function findPartyNotice(
  db: Database,
  keystore: Keystore,
  party: string,
  id: string,
): Promise<PartyNotice | undefined> {
  return (await ask<Row>(db, byId, [partyIndex(keystore, party), id])).map(noticeFrom)[0];
}

/** The number of the last notice of a party; 0 before the first. */
export async function lastPartyNotice(db: Database, keystore: Keystore, party: string): Promise<number> {
  const [row] = await ask<{ sequence: number }>(db, lastOfParty, [partyIndex(keystore, party)]);
  return row?.sequence ?? 0;
}

function noticeFrom({ type, ...row }: Row): PartyNotice {
  const known = noticeTypes.find((each) => each === type);
  if (known === undefined) throw new Error(`a notice of type ${type} was written by another version`);
  return { ...row, type: known };
}

const factOfNotice = {
  name: 'find-fact-of-notice',
  text: `select e.body from store.party_notices n
    join store.events e on (e.block, e.transaction, e.event) = (n.block, n.transaction, n.event) where n.id = $1`,
};

/**
 * What the party may read of a notice beyond that it happened, as the vocabulary has it: opened from the terms of the consent.
 * Undefined when that consent has been erased.
 */
export async function openPartyDetail(
  db: Database,
  keystore: Keystore,
  notice: PartyNotice,
): Promise<object | undefined> {
  const { type, consent } = notice;
  if (type === 'party.suspended') return { reason: (await readFact(db, notice)).reason };
  if (type !== 'identity.updated' && !type.startsWith('consent.')) return {};
  const opened = consent === null ? undefined : await openConsentOf(db.kysely, keystore, `consent-${consent}`);
  if (opened === undefined) return undefined;
  const { purpose, claims, validFrom, validUntil } = opened.terms;
  const attributes = claims.filter(({ accepted }) => accepted).map(({ attribute }) => attribute);
  if (type === 'consent.given') return { purpose, attributes, validFrom, validUntil };
  if (type !== 'identity.updated') return { purpose };
  const { schema = 0, class: className } = await readFact(db, notice);
  return { attributes: acceptedIn(opened.terms, (await listIdentitySchemas(db)).get(schema), className) };
}

type Said = { readonly schema?: number; readonly class?: string; readonly reason?: string };

async function readFact(db: Database, { id }: PartyNotice): Promise<Said> {
  const [row] = await ask<{ body: string }>(db, factOfNotice, [id]);
  const { data } = JSON.parse(row?.body ?? '{"data":{}}') as { readonly data: Said }; // of a fact that ingest has read
  return data;
}

const byPairwise = {
  name: 'find-consents-by-subject-token',
  text: `select w.stream from keystore.blind_indexes w join keystore.blind_indexes p using (stream)
    where w.kind = 'pairwise' and w.blind_index = $1 and p.kind = 'party' and p.blind_index = $2
    order by w.stream limit 1`,
};

/** The identity that a party's name for a person stands for, while there is any consent of the two that is not erased. */
export async function findSubject(
  db: Database,
  keystore: Keystore,
  party: string,
  subject: string,
): Promise<string | undefined> {
  const [found] = await ask<{ stream: string }>(db, byPairwise, [subject, partyIndex(keystore, party)]);
  // The name was made for one party: another one's is not found, so that it costs what a made-up one costs.
  const consent = found && (await openConsentOf(db.kysely, keystore, found.stream));
  return consent !== undefined && keystore.pairwise(party, consent.subject) === subject ? consent.subject : undefined;
}
