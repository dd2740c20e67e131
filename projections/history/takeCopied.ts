import { sql } from 'kysely';
import type { BlockEvent } from '#ledger/blocks/ledgerEvents.ts';
import { rootAt } from '../logs/keptTree.ts';
import type { Keystore } from '../keys/keystore.ts';
import { readPosition } from '../models/positions.ts';
import type { Database } from '../postgres/database.ts';
import { findLogEnd, registryTree } from '../models/registryLog.ts';
import { takePage } from '../ingest/takePage.ts';
import { dropCopy } from './copiedEvents.ts';
import type { ProvedTree } from './checkTree.ts';

type Taking = {
  readonly database: Database;
  readonly keystore: Keystore;
  /** The first block that is not copied. */
  readonly before: number;
  readonly size: number;
  readonly onTaken: (facts: number) => void;
};

type Row = {
  readonly block: number;
  readonly transaction: number;
  readonly event: number;
  readonly transaction_id: string;
  readonly body: string;
};

const pageSize = 1000;

/**
 * Folds proved facts as if their blocks had come, with the position, page by page: whoever is stopped in the middle goes on
 * where the position is. Private values are not among them; they come onto the list of what is missing.
 */
export async function takeCopied(taking: Taking, proved: ProvedTree): Promise<void> {
  const { database, before, onTaken } = taking;
  let position = await readPosition(database.kysely, 'model');
  while (position < before - 1) {
    const last = await endOfPage(taking, position);
    const facts = await readCopied(taking, position, last);
    // A page without its last block's number would leave the position before blocks that hold no facts.
    position = await takePage(taking, [{ number: last, facts }], position);
    onTaken(facts.length);
  }
  await demandTree(taking, proved);
  await sql`insert into store.log_origin (origin) values (${proved.origin}) on conflict do nothing`.execute(
    database.kysely,
  );
  await dropCopy(database);
}

/** The block with which a page ends: blocks are folded whole. */
async function endOfPage({ database, before }: Taking, position: number): Promise<number> {
  const { rows } = await sql<{ block: number }>`
    select block from store.copied_events where block > ${position} order by leaf offset ${pageSize} limit 1`.execute(
    database.kysely,
  );
  return rows[0]?.block ?? before - 1;
}

async function readCopied({ database }: Taking, position: number, last: number): Promise<readonly BlockEvent[]> {
  const { rows } = await sql<Row>`
    select block, transaction, event, transaction_id, body from store.copied_events
    where block > ${position} and block <= ${last} order by leaf`.execute(database.kysely);
  return rows.map(({ block, transaction, event: index, transaction_id: transactionId, body }) => {
    const event = JSON.parse(body) as BlockEvent['event']; // proved to be what the agencies endorsed as an event
    return { block, transaction, index, transactionId, event, bytes: Buffer.from(body) };
  });
}

/** What was folded must be what was proved, also where this node had read some of it itself before. */
async function demandTree({ database, size, before }: Taking, { root }: ProvedTree): Promise<void> {
  const { kysely } = database;
  const { rows } = await sql<{ size: number }>`
    select size from model.log_blocks where block < ${before} order by block desc limit 1`.execute(kysely);
  const kept = rows[0]?.size ?? 0;
  if (kept === size && Buffer.compare(await rootAt(kysely, registryTree, size), root) === 0) return;
  const end = await findLogEnd(database);
  throw new Error(
    `this node's own log is not the one that was proved: ${kept} of ${size} facts, at block ${end?.block}`,
  );
}
