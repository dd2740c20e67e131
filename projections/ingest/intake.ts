import { sql } from 'kysely';
import type { IdentitySchema } from '#domain/identitySchema/events.ts';
import type { BlockEvent } from '#ledger/blocks/ledgerEvents.ts';
import type { LedgerRecord } from '../eventStore.ts';
import { blindIndexer } from '../models/blindIndexes.ts';
import { publishedSchemas } from '../models/identitySchemas.ts';
import type { Keystore } from '../keys/keystore.ts';
import { holderOf, noteJoinedClasses, noteMissing, type Missing } from './missing.ts';
import { keyPlace } from '../keys/opening.ts';
import type { Trx } from '../postgres/database.ts';
import { postgresEventStore } from '../postgres/eventStore.ts';
import { insertRows } from '../postgres/rows.ts';
import { eventsOf, type ProjectedEvent } from '../models/readModel.ts';
import { unseal, type OpenableFact } from '../keys/unseal.ts';

/** Puts a page of facts into the store, with their sealed entries and keys, and notes what cannot be served of them. */
export async function takeIn(
  trx: Trx,
  keystore: Keystore,
  facts: readonly BlockEvent[],
): Promise<readonly ProjectedEvent[]> {
  const page = facts.map(projectedFrom);
  await postgresEventStore(trx).record(page.map(recordOf));
  const schemas = await schemasFor(
    trx,
    eventsOf(page, 'identitySchema').map(({ event }) => event.data),
  );
  const isOurs = holderOf(keystore, schemas.values());
  const indexesOf = blindIndexer(keystore, schemas);
  const openable: OpenableFact[] = [];
  const missing: Missing[] = [];
  for (const { event, entry } of facts) {
    if (event.sealed === undefined) continue;
    const { class: className } = event.sealed;
    const unsealed = unseal(keystore, indexesOf, { event, entry });
    if (typeof unsealed !== 'string') openable.push(unsealed);
    // What only others hold is not missed here: its digests are all there is.
    else if (isOurs(className))
      missing.push({ stream: event.stream, version: event.version, class: className, reason: unsealed });
  }
  await storeEntries(trx, keystore, openable);
  await noteMissing(trx, missing);
  await noteJoinedClasses(trx, joinedIn(page, schemas, keystore.agency));
  return page;
}

/** A fact as an event store takes it. */
export function recordOf({ event: { stream, version, type }, ...fact }: ProjectedEvent): LedgerRecord {
  return { ...fact, stream, version, type };
}

/** A fact of a block as the read models take it. */
export function projectedFrom({ block, transaction, index, transactionId, event, bytes }: BlockEvent): ProjectedEvent {
  return { place: { block, transaction, index }, transactionId, event, body: Buffer.from(bytes).toString() };
}

type Schemas = ReadonlyMap<number, IdentitySchema>;

/** Every schema by its version; those that are published on this very page too: its registrations may already follow them. */
export async function schemasFor(trx: Trx, added: readonly IdentitySchema[] = []): Promise<Schemas> {
  const schemas = new Map(await publishedSchemas({ trx, schema: 'model' }));
  for (const schema of added) schemas.set(schema.version, schema);
  return schemas;
}

/** Classes that an agency holds by a schema of this page, and did not hold by the one before. */
function joinedIn(page: readonly ProjectedEvent[], schemas: Schemas, agency: string): readonly string[] {
  return eventsOf(page, 'identitySchema').flatMap(({ event: { data } }) => {
    const before = schemas.get(data.version - 1);
    if (before === undefined) return [];
    const holds = (schema: IdentitySchema, name: string) => schema.classes[name]?.members.includes(agency) === true;
    return Object.keys(data.classes).filter((name) => holds(data, name) && !holds(before, name));
  });
}

/** The tables that `storeEntries` writes, all of them by stream and version: what has to go goes from each. */
export const entryTables = ['keystore.content_keys', 'keystore.blind_indexes', 'store.sealed_entries'] as const;

/** Keeps sealed entries, their content keys under the node's own key, and by what they are found. */
export async function storeEntries(trx: Trx, keystore: Keystore, facts: readonly OpenableFact[]): Promise<void> {
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
  const rows = facts.flatMap(({ indexes }) => indexes);
  await insertRows(trx, { schema: 'keystore', table: 'blind_indexes', key: ['stream', 'version', 'kind'] }, rows);
}
