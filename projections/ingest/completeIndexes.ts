import { sql } from 'kysely';
import type { LedgerEvent } from '#domain/envelope.ts';
import { orUndefined } from '../keys/orUndefined.ts';
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
  for (let last: Unindexed | undefined; ;) {
    const { rows } = await sql<Unindexed>`
      select s.stream, s.version, s.entry, k.wrapped, e.body from keystore.blind_indexes b
      join store.sealed_entries s using (stream, version)
      join keystore.content_keys k using (stream, version)
      join store.events e using (stream, version)
      where b.kind = 'pair' and not exists (
        select from keystore.blind_indexes p where p.stream = b.stream and p.version = b.version and p.kind = 'party'
      ) and (b.stream, b.version) > (${last?.stream ?? ''}, ${last?.version ?? 0})
      order by b.stream, b.version limit ${pageSize}`.execute(kysely);
    last = rows.at(-1);
    if (last === undefined) return;
    const indexes = rows.flatMap(({ body, ...sealed }) => {
      const event = JSON.parse(body) as LedgerEvent; // ingest has read the same bytes
      // One that this node cannot open any more, having lost a key, keeps none of the others from being found.
      return orUndefined(() => indexesOf(event, () => openSealed(keystore, sealed))) ?? [];
    });
    await insertRows(
      kysely,
      { schema: 'keystore', table: 'blind_indexes', key: ['stream', 'version', 'kind'] },
      indexes,
    );
  }
}
