import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { subjectIndex } from '../models/blindIndexes.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { ensureAccessKeys } from './accessKeys.ts';
import type { LocalEvent } from '../eventStore.ts';
import { grouped } from './grouped.ts';
import type { Keystore } from '../keys/keystore.ts';
import { ask } from '../postgres/ask.ts';
import type { Database, Trx } from '../postgres/database.ts';
import type { NodeStore } from '../kurrentdb/nodeStore.ts';
import { postgresEventStore } from '../postgres/eventStore.ts';
import { sealAccess } from './sealedAccess.ts';

/** Who looked at what of whom: names of attributes, never values. */
export type AccessRecord = {
  /** UUID; the signed answer names it. */
  readonly accessId: string;
  /** Relying party, or `agency/officer`. */
  readonly party: string;
  readonly purpose: string | null;
  /** `node`: another agency's node asked who looked, for the person. `notice`: a party read what it was told of the person. */
  readonly kind: 'identity' | 'authenticate' | 'officer' | 'node' | 'notice';
  readonly requested: readonly string[];
  readonly released: readonly string[];
  readonly withheld: readonly { readonly attribute: string; readonly reason: string }[];
  /** What came of it, as a code (`RELEASED`, `NOT_AVAILABLE`, `MATCHED`…). */
  readonly decision: string;
  /** ISO 8601 with milliseconds. */
  readonly at: string;
};

/** Writes access records; each promise resolves when the record would survive a power cut. */
export type AccessLog = {
  /** `identity`: whom it was about; undefined when the identifier led to nobody. */
  readonly record: (identity: string | undefined, access: AccessRecord) => Promise<void>;
  /** Resolves when what was recorded before can be read here: at once where records are written where they are read. */
  readonly caughtUp: () => Promise<void>;
};

type Accessed = LocalEvent & { readonly stream: string };

const nobody = 'access-nobody';

/**
 * Records that come while others are being written wait for each other and become durable together: in the database, or in
 * the node's event store where that is another, and there sealed.
 */
export function openAccessLog(db: Database, keystore: Keystore, store?: AccessStore): AccessLog {
  const append = store === undefined ? postgresEventStore(db.kysely).appendEach : appendSealed(db, keystore, store);
  const write = grouped(async (events: readonly Accessed[]) => {
    await append(events);
    return events.map(() => undefined);
  });
  return {
    caughtUp: () => store?.reached() ?? Promise.resolve(),
    record: (identity, access) => {
      const stream = identity === undefined ? nobody : streamOf(keystore, identity);
      // The salt keeps everybody who sees only the log of access records from guessing what one of them says.
      const data = { ...access, salt: randomBytes(16).toString('base64url') };
      return write({ stream, id: access.accessId, type: 'Accessed', data });
    },
  };
}

type AccessStore = Pick<NodeStore, 'appendEach' | 'reached'>;

// First the key, then the record: whatever becomes durable can be opened. Each is a stream of its own, so that the store
// says of no two that they are of one person.
function appendSealed(db: Database, keystore: Keystore, store: AccessStore) {
  return async (events: readonly Accessed[]): Promise<void> => {
    const keys = await ensureAccessKeys(db, keystore, events);
    const sealed = events.flatMap(({ id, type, data }) => {
      const key = keys.get(id)?.key;
      return key === undefined
        ? []
        : [{ stream: `access-${id}`, id, type, data: sealAccess(key, id, canonicalJson(data)) }];
    });
    await store.appendEach(sealed);
  };
}

/** An id for a record that is yet to be written. */
export function newAccessId(): string {
  return randomUUID();
}

function streamOf(keystore: Keystore, identity: string): string {
  return `access-${subjectIndex(keystore, identity)}`;
}

// The stream is the record; a table beside it could only disagree.
const ofStream = {
  name: 'find-access-records',
  text: 'select body from store.events where stream = $1 order by version desc limit $2',
};

/** Who looked at an identity, newest first. */
export async function findAccessRecords(
  db: Database,
  keystore: Keystore,
  identity: string,
  limit = 100,
): Promise<readonly AccessRecord[]> {
  const rows = await ask<{ body: string }>(db, ofStream, [streamOf(keystore, identity), limit]);
  return rows.map(({ body }) => JSON.parse(body) as AccessRecord); // written by openAccessLog
}

const byId = {
  name: 'find-access-record',
  text: `select body from store.events where id = $1 and stream = $2 and type = 'Accessed'`,
};

/**
 * One record about an identity as it was written, canonical JSON with its salt: its SHA-256 is what stands in the log of access
 * records. Undefined when there is none about this identity.
 */
export async function findAccessEntry(
  db: Database,
  keystore: Keystore,
  { accessId, identity }: { readonly accessId: string; readonly identity: string },
): Promise<string | undefined> {
  const [row] = await ask<{ body: string }>(db, byId, [accessId, streamOf(keystore, identity)]);
  return row?.body;
}

/**
 * Leaves of who looked at people who are erased that somebody looked, each by itself: the id stays, since a signed answer
 * names it, and the commitment that the log of access records holds. Nothing says any more who looked, of whom it was, nor
 * which of them were of one person, and without its salt no commitment can be opened. What lies sealed in another store
 * loses its keys.
 */
export async function redactAccessRecords(trx: Trx, keystore: Keystore, identities: readonly string[]): Promise<void> {
  const streams = identities.map((identity) => streamOf(keystore, identity));
  if (streams.length === 0) return;
  await sql`delete from keystore.access_keys where stream = any(${streams})`.execute(trx);
  await sql`
    update store.events set stream = 'access-erased-' || id, version = 1, type = 'AccessErased',
      body = '{"commitment":"' || encode(sha256(convert_to(body, 'UTF8')), 'hex') || '"}'
    where stream = any(${streams})`.execute(trx);
}
