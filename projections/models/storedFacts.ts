import { sql } from 'kysely';
import type { LedgerEvent } from '#domain/envelope.ts';
import type { LedgerRecord } from '../eventStore.ts';
import { recordOf } from '../ingest/intake.ts';
import type { Place } from '../place.ts';
import type { Database, Trx } from '../postgres/database.ts';
import type { ProjectedEvent } from './readModel.ts';

type Row = {
  readonly block: number;
  readonly transaction: number;
  readonly event: number;
  readonly transaction_id: string;
  readonly body: string;
};

const columns = sql`block, transaction, event, transaction_id, body`;

/** Pages of the ledger's facts up to a block, in order. Asked again, it goes on where it ended. */
export type FactSource = (upTo: number) => AsyncIterable<readonly ProjectedEvent[]>;

const pageSize = 5000;

/** The facts as they lie in the event store, behind a place or from the first. Reads a page ahead, so that reading and folding overlap. */
export function storedFacts({ kysely }: Database, behind?: Place): FactSource {
  let after = behind;
  return async function* (upTo) {
    let next = readFacts(kysely, after, upTo);
    for (let page = await next; page.length > 0; page = await next) {
      after = page.at(-1)?.place;
      next = readFacts(kysely, after, upTo);
      next.catch(() => undefined); // awaited above, once this page is folded
      yield page;
    }
  };
}

async function readFacts(
  db: Database['kysely'],
  after: Place | undefined,
  upTo: number,
): Promise<readonly ProjectedEvent[]> {
  const { block, transaction, index } = after ?? { block: -1, transaction: 0, index: 0 };
  const { rows } = await sql<Row>`
    select ${columns} from store.events
    where block <= ${upTo} and (block, transaction, event) > (${block}, ${transaction}, ${index})
    order by block, transaction, event limit ${pageSize}`.execute(db);
  return rows.map(projectedFrom);
}

/** The newest fact of the ledger that the store has, as it was recorded; undefined before the first. */
export async function findNewestFact({ kysely }: Database): Promise<LedgerRecord | undefined> {
  const { rows } = await sql<Row>`
    select ${columns} from store.events where block is not null
    order by block desc, transaction desc, event desc limit 1`.execute(kysely);
  return rows.map((row) => recordOf(projectedFrom(row)))[0];
}

/** One fact of the ledger, from the store; undefined when this node does not have it. */
export async function findFact(trx: Trx, stream: string, version: number): Promise<ProjectedEvent | undefined> {
  const { rows } = await sql<Row>`
    select ${columns} from store.events where stream = ${stream} and version = ${version}`.execute(trx);
  return rows.map(projectedFrom)[0];
}

/** The facts of some streams in ledger order: all that this node has, or those up to a block. */
export async function readFactsOf(
  { kysely }: Pick<Database, 'kysely'>,
  streams: readonly string[],
  upTo = Number.MAX_SAFE_INTEGER,
): Promise<readonly ProjectedEvent[]> {
  if (streams.length === 0) return [];
  const { rows } = await sql<Row>`
    select ${columns} from store.events where stream = any(${streams}) and block <= ${upTo}
    order by block, transaction, event`.execute(kysely);
  return rows.map(projectedFrom);
}

/** The newest fact of each of some streams up to a block. */
export async function readNewestFactsOf(
  { kysely }: Database,
  streams: readonly string[],
  upTo: number,
): Promise<readonly ProjectedEvent[]> {
  if (streams.length === 0) return [];
  const { rows } = await sql<Row>`
    select ${columns} from unnest(${streams}::text[]) as asked(name)
    cross join lateral (
      select ${columns} from store.events where stream = asked.name and block <= ${upTo}
      order by version desc limit 1
    ) newest`.execute(kysely);
  return rows.map(projectedFrom);
}

/** How many facts of the ledger the store holds. */
export async function countFacts(db: Database['kysely']): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from store.events where block is not null`.execute(db);
  return rows[0]?.count ?? 0;
}

function projectedFrom({ block, transaction, event, transaction_id, body }: Row): ProjectedEvent {
  return {
    place: { block, transaction, index: event },
    transactionId: transaction_id,
    event: JSON.parse(body) as LedgerEvent, // ingest has read the same bytes as an event
    body,
  };
}
