import { sql } from 'kysely';
import { blindIndexer } from '../models/blindIndexes.ts';
import { takeLate } from '../ingest/heal.ts';
import { entryTables, schemasFor } from '../ingest/intake.ts';
import { KeyFault } from './keyFault.ts';
import type { Keystore } from './keystore.ts';
import { lockForLate } from '../ingest/lateLock.ts';
import { noteMissing, type Missing } from '../ingest/missing.ts';
import { keyPlace } from './opening.ts';
import type { Database, Trx } from '../postgres/database.ts';
import { findFact } from '../models/storedFacts.ts';
import { unseal } from './unseal.ts';

type Parts = { readonly database: Database; readonly keystore: Keystore };
type Row = {
  readonly stream: string;
  readonly version: number;
  readonly class: string;
  readonly wrapped: Uint8Array;
  readonly entry: Uint8Array;
};

/** What became of content keys that the node could not open: opened anew with a transport key, or listed as missing. */
export type Recovered = { readonly recovered: number; readonly missing: number };

const pageSize = 200;

/** Throws a KeyFault when a node's newest content key opens with no key of its keystore. */
export async function checkNodeKey({ database, keystore }: Parts): Promise<void> {
  const { rows } = await database.pool.query<Pick<Row, 'stream' | 'version' | 'wrapped'>>(
    `select k.stream, k.version, k.wrapped from store.events e
      join keystore.content_keys k on k.stream = e.stream and k.version = e.version
      where e.block is not null order by e.block desc, e.transaction desc, e.event desc limit 1`,
  );
  if (rows.every((row) => opens(keystore, row))) return;
  throw new KeyFault(
    'ERR_NODE_KEY_LOST',
    'content keys were wrapped under another node.json: put it back, or run `plinth keys recover`',
  );
}

/**
 * After the node's own keys were lost: opens the sealed entries again with the agency's transport keys. What was sealed in
 * an epoch that is retired stays closed and is listed, until a member hands its key over.
 */
export async function recoverContentKeys(parts: Parts): Promise<Recovered> {
  const sum = { recovered: 0, missing: 0 };
  let after: Pick<Row, 'stream' | 'version'> | undefined = { stream: '', version: 0 };
  while (after !== undefined) {
    const from: Pick<Row, 'stream' | 'version'> = after;
    const page = await parts.database.kysely.transaction().execute(async (trx) => {
      await lockForLate(trx);
      return recoverPage(trx, parts.keystore, from);
    });
    sum.recovered += page.recovered;
    sum.missing += page.missing;
    after = page.last;
  }
  return sum;
}

async function recoverPage(trx: Trx, keystore: Keystore, after: Pick<Row, 'stream' | 'version'>) {
  const { rows } = await sql<Row>`
    select k.stream, k.version, k.wrapped, e.class, e.entry from keystore.content_keys k
    join store.sealed_entries e on e.stream = k.stream and e.version = k.version
    where (k.stream, k.version) > (${after.stream}, ${after.version})
    order by k.stream, k.version limit ${pageSize}`.execute(trx);
  const lost = rows.filter((row) => !opens(keystore, row));
  const indexesOf = blindIndexer(keystore, await schemasFor(trx));
  const missing: Missing[] = [];
  for (const { stream, version, class: className, entry } of lost) {
    await forgetKey(trx, stream, version);
    const fact = await findFact(trx, stream, version);
    const unsealed = fact ? unseal(keystore, indexesOf, { event: fact.event, entry }) : 'ERR_ENTRY_MISPLACED';
    if (typeof unsealed === 'string') missing.push({ stream, version, class: className, reason: unsealed });
    else await takeLate(trx, keystore, fact ? [fact] : [], [unsealed]);
  }
  await noteMissing(trx, missing);
  return { recovered: lost.length - missing.length, missing: missing.length, last: rows.at(-1) };
}

async function forgetKey(trx: Trx, stream: string, version: number): Promise<void> {
  for (const table of entryTables)
    await sql`delete from ${sql.table(table)} where stream = ${stream} and version = ${version}`.execute(trx);
}

function opens(keystore: Keystore, { stream, version, wrapped }: Pick<Row, 'stream' | 'version' | 'wrapped'>): boolean {
  try {
    return keystore.open(wrapped, keyPlace(stream, version)).length > 0;
  } catch {
    return false; // wrapped under a key that was lost
  }
}
