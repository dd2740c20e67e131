import { sql } from 'kysely';
import type { EventsByNoun } from '#domain/anyEvent.ts';
import { nounOf, type Noun } from '#domain/envelope.ts';
import type { Place } from '../place.ts';
import type { Point } from './point.ts';
import type { Database } from '../postgres/database.ts';
import { eventsOf, type ProjectedEvent } from '../models/readModel.ts';
import { readFactsOf, readNewestFactsOf } from '../models/storedFacts.ts';
import { placeOrder, withinPage, type PlacePage } from '../models/timelinePages.ts';

/** The facts of one stream that held at a point, oldest first. Streams are short, so a past state is folded when it is asked for. */
export async function factsOf<N extends Noun>(
  db: Database,
  noun: N,
  id: string,
  { held }: Point,
): Promise<readonly ProjectedEvent<EventsByNoun[N]>[]> {
  return eventsOf(await readFactsOf(db, [`${noun}-${id}`], held), noun);
}

/** A stream with the facts that make up its state at a point, oldest first. */
export type PastStream = {
  readonly stream: string;
  /** Where its first fact stands. */
  readonly place: Place;
  /** The facts that tell its state: all, but of an anchor stream the newest alone, since it is long and the newest says it. */
  readonly facts: readonly ProjectedEvent[];
};

/** One stream at a point; undefined when it had not begun. */
export async function findStream(db: Database, stream: string, { held }: Point): Promise<PastStream | undefined> {
  const { rows } = await sql<Beginning>`
    select t.stream, t.block, t.transaction, t.event from model.timeline t
    where t.stream = ${stream} and t.version = 1 and t.block <= ${held}`.execute(db.kysely);
  const [found] = await withFacts(db, rows, held);
  return found;
}

/** A page of the streams of a noun that had begun at a point, in the order in which they began. */
export async function listStreams(
  db: Database,
  noun: Noun,
  { held }: Point,
  page: PlacePage,
): Promise<readonly PastStream[]> {
  const { rows } = await sql<Beginning>`
    select t.stream, t.block, t.transaction, t.event from model.timeline t
    where t.version = 1 and t.noun = ${noun} and t.block <= ${held} and ${sql.join(withinPage(page), sql` and `)}
    order by ${placeOrder(page)} limit ${page.limit}`.execute(db.kysely);
  return withFacts(db, rows, held);
}

type Beginning = {
  readonly stream: string;
  readonly block: number;
  readonly transaction: number;
  readonly event: number;
};

async function withFacts(db: Database, rows: readonly Beginning[], held: number): Promise<readonly PastStream[]> {
  const streams = rows.map(({ stream }) => stream);
  const long = streams.filter((stream) => nounOf(stream) === 'anchor');
  const short = streams.filter((stream) => nounOf(stream) !== 'anchor');
  const facts = [...(await readFactsOf(db, short, held)), ...(await readNewestFactsOf(db, long, held))];
  const byStream = Map.groupBy(facts, ({ event }) => event.stream);
  return rows.map(({ stream, block, transaction, event }) => ({
    stream,
    place: { block, transaction, index: event },
    facts: byStream.get(stream) ?? [],
  }));
}
