import { sql } from 'kysely';
import type { LedgerEvent } from '#domain/envelope.ts';
import type { Keystore } from '../keys/keystore.ts';
import { openSealed, type SealedAtRest } from '../keys/opening.ts';
import { blindIndexer } from '../models/blindIndexes.ts';
import type { Database } from '../postgres/database.ts';
import { insertRows } from '../postgres/rows.ts';

type Unindexed = SealedAtRest & { readonly body: string };

const pageSize = 500;

/** Gives the consents of a node from before parties were told of anything what they are found by since then. */
export async function completeIndexes({
  database: { kysely },
  keystore,
}: {
  readonly database: Database;
  readonly keystore: Keystore;
}): Promise<void> {
  const indexesOf = blindIndexer(keystore, new Map());
  for (;;) {
    const { rows } = await sql<Unindexed>`
      select s.stream, s.version, s.entry, k.wrapped, e.body from keystore.blind_indexes b
      join store.sealed_entries s using (stream, version)
      join keystore.content_keys k using (stream, version)
      join store.events e using (stream, version)
      where b.kind = 'pair' and not exists (
        select from keystore.blind_indexes p where p.stream = b.stream and p.version = b.version and p.kind = 'party'
      ) limit ${pageSize}`.execute(kysely);
    if (rows.length === 0) return;
    const indexes = rows.flatMap(
      ({ body, ...sealed }) => indexesOf(JSON.parse(body) as LedgerEvent, () => openSealed(keystore, sealed)), // ingest has read the same bytes
    );
    await insertRows(
      kysely,
      { schema: 'keystore', table: 'blind_indexes', key: ['stream', 'version', 'kind'] },
      indexes,
    );
  }
}
