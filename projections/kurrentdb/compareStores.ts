import { createHash, hash, type Hash } from 'node:crypto';
import { recordOf } from '../ingest/intake.ts';
import { SealedAccess } from '../logs/sealedAccess.ts';
import { storedFacts } from '../models/storedFacts.ts';
import { ledgerEventId } from '../place.ts';
import type { LedgerRecord, StoredEvent } from '../eventStore.ts';
import type { Database } from '../postgres/database.ts';
import { postgresEventStore } from '../postgres/eventStore.ts';
import type { Connection } from './connection.ts';
import { accessIn } from './copyLocal.ts';
import { readAll } from './reads.ts';

/** What one store holds, in its order and byte for byte; equal digests mean equal stores. */
export type StoreDigest = {
  readonly facts: number;
  readonly factsHash: string;
  readonly local: number;
  readonly localHash: string;
};

const page = 1000;

/** The digest of the events in the database. */
export async function digestOfDatabase(database: Database): Promise<StoreDigest> {
  const digest = new Digest();
  for await (const facts of storedFacts(database)(Number.MAX_SAFE_INTEGER))
    for (const fact of facts) digest.addFact(recordOf(fact));
  const store = postgresEventStore(database.kysely);
  for (let events = await store.readAll(undefined, page); events.length > 0;) {
    for (const event of events) if (event.fact === undefined) digest.addLocal(event.id, commitmentOf(event));
    events = await store.readAll(events.at(-1)?.position, page);
  }
  return digest.end();
}

/** The digest of a node's events in a KurrentDB. */
export async function digestOfStore(connection: Connection): Promise<StoreDigest> {
  const digest = new Digest();
  for (let events = await readAll(connection, undefined, page); events.length > 0;) {
    for (const { fact, ...event } of events) {
      if (fact !== undefined) digest.addFact({ ...event, ...fact });
      const access = accessIn({ ...event, fact });
      if (access !== undefined) digest.addLocal(access.id, access.sealed.commitment);
    }
    events = await readAll(connection, events.at(-1)?.position, page);
  }
  return digest.end();
}

function commitmentOf({ body }: StoredEvent): string {
  const { data: erased } = SealedAccess.safeParse(JSON.parse(body));
  return erased?.commitment ?? hash('sha256', body);
}

class Digest {
  readonly #facts: Hash = createHash('sha256');
  readonly #local: Hash = createHash('sha256');
  #counts = { facts: 0, local: 0 };

  addFact({ place, transactionId, stream, version, type, body }: LedgerRecord): void {
    const { block, transaction, index } = place;
    const id = ledgerEventId(transactionId, index);
    const line = [id, stream, version, type, block, transaction, index, transactionId, hash('sha256', body)];
    this.#facts.update(`${JSON.stringify(line)}\n`);
    this.#counts = { ...this.#counts, facts: this.#counts.facts + 1 };
  }

  /** A record counts by its commitment, the hash of its bytes: that is all that an erasure leaves. */
  addLocal(id: string, commitment: string): void {
    this.#local.update(`${JSON.stringify([id, commitment])}\n`);
    this.#counts = { ...this.#counts, local: this.#counts.local + 1 };
  }

  end(): StoreDigest {
    return { ...this.#counts, factsHash: this.#facts.digest('hex'), localHash: this.#local.digest('hex') };
  }
}
