import { sql } from 'kysely';
import type { LedgerEvent } from '#domain/envelope.ts';
import { keyCommitment } from '#domain/seal/sealing.ts';
import type { BlockEvent } from '#ledger/blocks/ledgerEvents.ts';
import type { Keystore } from './keystore.ts';
import { keyPlace, openValues } from './opening.ts';
import type { Trx } from './postgres/database.ts';
import { postgresEventStore } from './postgres/eventStore.ts';
import { insertRows } from './postgres/rows.ts';
import type { ProjectedEvent } from './readModel.ts';

/** A sealed entry with the content key that opens it. */
export type OpenableEntry = {
  readonly stream: string;
  readonly version: number;
  readonly class: string;
  readonly entry: Uint8Array;
  readonly contentKey: Uint8Array;
};

/** Puts a page of facts into the store, with their sealed entries and keys, and notes the entries that have not come. */
export async function takeIn(
  trx: Trx,
  keystore: Keystore,
  facts: readonly BlockEvent[],
): Promise<readonly ProjectedEvent[]> {
  const taken = facts.map((fact) => ({ fact, openable: unseal(keystore, fact.event, fact.entry) }));
  const projected = taken.map(({ fact, openable }) => projectedFrom(fact, openable));
  const records = projected.map(({ event: { stream, version, type }, ...fact }) => ({
    ...fact,
    stream,
    version,
    type,
  }));
  await postgresEventStore(trx).record(records);
  await storeEntries(
    trx,
    keystore,
    taken.flatMap(({ openable }) => openable ?? []),
  );
  const missing = taken.flatMap(({ fact: { event }, openable }) =>
    event.sealed && openable === undefined
      ? [{ stream: event.stream, version: event.version, class: event.sealed.class, commitment: event.sealed.key }]
      : [],
  );
  await insertRows(trx, { schema: 'store', table: 'missing_entries', key: ['stream', 'version'] }, missing);
  return projected;
}

type SealedFact = Pick<LedgerEvent, 'stream' | 'version' | 'sealed'>;

/** The entry with its key, when it is there, sealed for this agency, and the one that the event commits to. */
export function unseal(
  keystore: Keystore,
  { stream, version, sealed }: SealedFact,
  entry: Uint8Array | undefined,
): OpenableEntry | undefined {
  if (sealed === undefined || entry === undefined) return undefined;
  try {
    const contentKey = keystore.unwrap(entry);
    if (keyCommitment(contentKey) !== sealed.key) return undefined;
    return { stream, version, class: sealed.class, entry, contentKey };
  } catch {
    return undefined; // not for us, or damaged on its way: as good as missing, and asked for again
  }
}

/** Keeps sealed entries, and their content keys under the node's own key. */
export async function storeEntries(trx: Trx, keystore: Keystore, entries: readonly OpenableEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const streams = entries.map(({ stream }) => stream);
  const versions = entries.map(({ version }) => version);
  const bytes = entries.map(({ entry }) => Buffer.from(entry));
  const wrapped = entries.map(({ stream, version, contentKey }) =>
    Buffer.from(keystore.wrap(contentKey, keyPlace(stream, version))),
  );
  await sql`
    insert into store.sealed_entries (stream, version, class, entry)
    select * from unnest(${streams}::text[], ${versions}::integer[], ${entries.map((each) => each.class)}::text[], ${bytes}::bytea[])
    on conflict do nothing`.execute(trx);
  await sql`
    insert into keystore.content_keys (stream, version, wrapped)
    select * from unnest(${streams}::text[], ${versions}::integer[], ${wrapped}::bytea[])
    on conflict do nothing`.execute(trx);
}

function projectedFrom(fact: BlockEvent, openable: OpenableEntry | undefined): ProjectedEvent {
  return {
    place: { block: fact.block, transaction: fact.transaction, index: fact.index },
    transactionId: fact.transactionId,
    event: fact.event,
    body: Buffer.from(fact.bytes).toString(),
    opened: () => openable && openValues(openable.entry, openable.contentKey),
  };
}
