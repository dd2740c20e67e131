import { sql } from 'kysely';
import type { LedgerEvent } from '#domain/envelope.ts';
import type { IdentitySchema } from '#domain/identitySchema/events.ts';
import { keyCommitment } from '#domain/seal/sealing.ts';
import type { BlockEvent } from '#ledger/blocks/ledgerEvents.ts';
import { blindIndexer } from './blindIndexes.ts';
import { publishedSchemas } from './identitySchemas.ts';
import type { Keystore } from './keystore.ts';
import { keyPlace, openValues } from './opening.ts';
import type { Trx } from './postgres/database.ts';
import { postgresEventStore } from './postgres/eventStore.ts';
import { insertRows } from './postgres/rows.ts';
import { eventsOf, type ProjectedEvent } from './readModel.ts';

/** A fact with its sealed entry and the content key that opens it. */
export type OpenableFact = {
  readonly event: LedgerEvent;
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
  const page = facts.map(projectedFrom);
  await postgresEventStore(trx).record(
    page.map(({ event: { stream, version, type }, ...fact }) => ({ ...fact, stream, version, type })),
  );
  const openable = facts.flatMap(({ event, entry }) => unseal(keystore, event, entry) ?? []);
  await storeEntries(trx, keystore, openable, schemasIn(page));
  const there = new Set(openable.map(({ event }) => event));
  const missing = page.flatMap(({ event: { stream, version, sealed }, event }) =>
    sealed === undefined || there.has(event) ? [] : [{ stream, version, class: sealed.class }],
  );
  await insertRows(trx, { schema: 'store', table: 'missing_entries', key: ['stream', 'version'] }, missing);
  return page;
}

/** A fact of a block as the read models take it. */
export function projectedFrom({ block, transaction, index, transactionId, event, bytes }: BlockEvent): ProjectedEvent {
  return { place: { block, transaction, index }, transactionId, event, body: Buffer.from(bytes).toString() };
}

/** Schemas that are published on this very page: its registrations may already follow them. */
function schemasIn(page: readonly ProjectedEvent[]): readonly IdentitySchema[] {
  return eventsOf(page, 'identitySchema').map(({ event }) => event.data);
}

/** The fact with its entry and key, when the entry is there, sealed for this agency, and the one that the event commits to. */
export function unseal(
  keystore: Keystore,
  event: LedgerEvent,
  entry: Uint8Array | undefined,
): OpenableFact | undefined {
  const { sealed } = event;
  if (sealed === undefined || entry === undefined) return undefined;
  try {
    const contentKey = keystore.unwrap(entry);
    if (keyCommitment(contentKey) !== sealed.key) return undefined;
    return { event, class: sealed.class, entry, contentKey };
  } catch {
    return undefined; // not for us, or damaged on its way: as good as missing, and asked for again
  }
}

/** Keeps sealed entries, their content keys under the node's own key, and by what they are found. */
export async function storeEntries(
  trx: Trx,
  keystore: Keystore,
  facts: readonly OpenableFact[],
  newSchemas: readonly IdentitySchema[] = [],
): Promise<void> {
  if (facts.length === 0) return;
  const streams = facts.map(({ event }) => event.stream);
  const versions = facts.map(({ event }) => event.version);
  const classes = facts.map((fact) => fact.class);
  const entries = facts.map(({ entry }) => Buffer.from(entry));
  const wrapped = facts.map(({ event, contentKey }) =>
    Buffer.from(keystore.wrap(contentKey, keyPlace(event.stream, event.version))),
  );
  await sql`
    insert into store.sealed_entries (stream, version, class, entry)
    select * from unnest(${streams}::text[], ${versions}::integer[], ${classes}::text[], ${entries}::bytea[])
    on conflict do nothing`.execute(trx);
  await sql`
    insert into keystore.content_keys (stream, version, wrapped)
    select * from unnest(${streams}::text[], ${versions}::integer[], ${wrapped}::bytea[])
    on conflict do nothing`.execute(trx);
  await storeIndexes(trx, keystore, facts, newSchemas);
}

async function storeIndexes(
  trx: Trx,
  keystore: Keystore,
  facts: readonly OpenableFact[],
  newSchemas: readonly IdentitySchema[],
): Promise<void> {
  const schemas = new Map(await publishedSchemas({ trx, schema: 'model' }));
  for (const schema of newSchemas) schemas.set(schema.version, schema);
  const indexesOf = blindIndexer(keystore, schemas);
  const rows = facts.flatMap(({ event, entry, contentKey }) => indexesOf(event, () => openValues(entry, contentKey)));
  await insertRows(trx, { schema: 'keystore', table: 'blind_indexes', key: ['stream', 'version', 'kind'] }, rows);
}
