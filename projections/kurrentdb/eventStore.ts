import { canonicalJson } from '#domain/seal/canonical.ts';
import { WrongVersion, type EventStore, type LocalEvent, type StoredEvent } from '../eventStore.ts';
import { appendRun, appendTogether, type Run } from './appends.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { readAll, readStream } from './reads.ts';
import { recordFacts } from './recordFacts.ts';
import { newLocal, type NewEvent } from './storedEvent.ts';
import { subscribeAgain } from './subscribe.ts';

/** The event store in a KurrentDB, until it is closed. */
export type KurrentEventStore = EventStore & { readonly close: () => Promise<void> };

/** The event store in a KurrentDB of the node's own: see docs/decisions/0033. */
export function openKurrentEventStore(options: ConnectionOptions): KurrentEventStore {
  const connection = new Connection(options);
  return { ...kurrentEventStore(connection), close: () => connection.close() };
}

/** The same over a connection that others use too. */
export function kurrentEventStore(connection: Connection): EventStore {
  return {
    append: (stream, expected, events) => append(connection, stream, expected, events),
    appendEach: (events) => appendEach(connection, events),
    record: (facts) => recordFacts(connection, facts),
    readStream: (stream, from) => readStream(connection, stream, from),
    readAll: (after, limit) => readAll(connection, after, limit),
    subscribe: (after, signal) => pagesAfter(connection, after, signal),
  };
}

async function append(
  connection: Connection,
  stream: string,
  expected: number | 'any',
  events: readonly LocalEvent[],
): Promise<void> {
  if (events.length === 0) return;
  if (expected === 'any') return appendAnywhere(connection, stream, events);
  try {
    await appendRun(connection, { stream, version: expected, events: events.map(newOf(connection)) });
  } catch (error) {
    if (!(error instanceof WrongVersion)) throw error;
    const kept = await readStream(connection, stream, expected + 1, events.length);
    if (kept.length !== events.length || kept.some(({ id }, index) => id !== events[index]?.id)) throw error;
  }
}

/** At the end of the stream, wherever that is; an explicit version all the same, since only that makes a repeat do nothing. */
async function appendAnywhere(connection: Connection, stream: string, events: readonly LocalEvent[]): Promise<void> {
  for (;;) {
    const kept = new Set((await readStream(connection, stream)).map(({ id }) => id));
    const fresh = events.filter(({ id }) => !kept.has(id));
    if (fresh.length === 0) return;
    if (fresh.length < events.length) throw new WrongVersion(stream, 0);
    try {
      await appendRun(connection, { stream, version: kept.size, events: events.map(newOf(connection)) });
      return;
    } catch (error) {
      if (!(error instanceof WrongVersion)) throw error; // somebody else was quicker
    }
  }
}

type Placed = LocalEvent & { readonly stream: string };

/** Appends events of many streams so that they follow each other in the store as they do here. */
export async function appendInOrder(connection: Connection, events: readonly Placed[]): Promise<void> {
  const runs = events.map((event): Run => ({ stream: event.stream, version: 0, events: [newOf(connection)(event)] }));
  const areApart = new Set(events.map(({ stream }) => stream)).size === events.length;
  try {
    if (areApart && (await appendTogether(connection, runs))) return;
  } catch (error) {
    if (!(error instanceof WrongVersion)) throw error;
  }
  for (const { stream, ...event } of events) await appendOneByOne(connection, stream, [event]);
}

const mostTogether = 400;

/** As one append where the server can; else stream by stream, so that a failure leaves some of them done. */
async function appendEach(connection: Connection, events: readonly Placed[]): Promise<void> {
  for (let first = 0; first < events.length; first += mostTogether)
    await appendSome(connection, events.slice(first, first + mostTogether));
}

async function appendSome(connection: Connection, events: readonly Placed[]): Promise<void> {
  const streams = Map.groupBy(events, ({ stream }) => stream);
  const runs = [...streams].map(([stream, of]): Run => ({ stream, version: 0, events: of.map(newOf(connection)) }));
  if (runs.length === 0) return;
  try {
    if (runs.length > 1 && (await appendTogether(connection, runs))) return; // most local streams hold one event
  } catch (error) {
    if (!(error instanceof WrongVersion)) throw error;
  }
  await Promise.all([...streams].map(([stream, of]) => appendOneByOne(connection, stream, of)));
}

async function appendOneByOne(connection: Connection, stream: string, events: readonly LocalEvent[]): Promise<void> {
  try {
    await appendRun(connection, { stream, version: 0, events: events.map(newOf(connection)) });
  } catch (error) {
    if (!(error instanceof WrongVersion)) throw error;
    for (const event of events) await appendAnywhere(connection, stream, [event]);
  }
}

function newOf({ node }: Connection): (event: LocalEvent) => NewEvent {
  return ({ id, type, data }) => newLocal({ id, type, body: canonicalJson(data) }, node);
}

async function* pagesAfter(
  connection: Connection,
  after: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<readonly StoredEvent[]> {
  for await (const { events } of subscribeAgain(connection, { after, signal })) if (events.length > 0) yield events;
}
