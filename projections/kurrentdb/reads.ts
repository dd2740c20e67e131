import {
  BACKWARDS,
  END,
  excludeSystemEvents,
  FORWARDS,
  START,
  StreamDeletedError,
  StreamNotFoundError,
  type AllStreamResolvedEvent,
  type ResolvedEvent,
} from '@kurrent/kurrentdb-client';
import { StoreUnavailable, type StoredEvent } from '../eventStore.ts';
import type { Connection } from './connection.ts';
import { isAfter, positionOf, positionText, storedEventOf } from './storedEvent.ts';

const pageSize = 1000;

/** A stream from a version on; what is no event of ours in it is not told. */
export async function readStream(
  connection: Connection,
  stream: string,
  from = 1,
  most = Infinity,
): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (let next = BigInt(from - 1); ;) {
    const page = await streamPage(connection, stream, next, Math.min(pageSize, most - events.length));
    events.push(...page.flatMap((each) => storedEventOf(each, connection.node) ?? []));
    const last = page.at(-1)?.event?.revision;
    if (last === undefined || page.length < pageSize || events.length >= most) return events;
    next = last + 1n;
  }
}

async function streamPage(
  connection: Connection,
  stream: string,
  fromRevision: bigint,
  maxCount: number,
): Promise<readonly ResolvedEvent[]> {
  try {
    return await connection.ask((client) => gather(client.readStream(stream, { fromRevision, maxCount })));
  } catch (error) {
    if (error instanceof StreamNotFoundError || error instanceof StreamDeletedError) return [];
    throw error;
  }
}

/** The next events of ours after a position; none at the end. */
export async function readAll(
  connection: Connection,
  after: string | undefined,
  limit: number,
): Promise<readonly StoredEvent[]> {
  let position = positionOf(after);
  for (;;) {
    const from = position;
    // A read begins with the event at its position.
    const maxCount = from === undefined ? limit : limit + 1;
    const read = { direction: FORWARDS, fromPosition: from ?? START, maxCount, filter: excludeSystemEvents() } as const;
    const page = await connection.ask((client) => gather(client.readAll(read)));
    const fresh = page.filter(({ event }) => from === undefined || (event && isAfter(event.position, from)));
    const ours = fresh.flatMap((each) => storedEventOf(each, connection.node) ?? []);
    position = fresh.at(-1)?.event?.position ?? position;
    if (ours.length > 0 || page.length < maxCount) return ours;
  }
}

/** From the end backwards: the newest event of ours that is such; undefined when there is none. */
export async function findNewest(
  connection: Connection,
  isSought: (event: StoredEvent) => boolean,
): Promise<StoredEvent | undefined> {
  let position: AllStreamResolvedEvent['event'];
  for (;;) {
    const fromPosition = position?.position ?? END;
    const read = { direction: BACKWARDS, fromPosition, maxCount: pageSize, filter: excludeSystemEvents() } as const;
    const page = await connection.ask((client) => gather(client.readAll(read)));
    const found = page.flatMap((each) => storedEventOf(each, connection.node) ?? []).find(isSought);
    if (found !== undefined || page.length < pageSize) return found;
    position = page.at(-1)?.event;
  }
}

/** An event of anybody's by its place in the store, so that it can be known again. */
export type Mark = { readonly position: string; readonly id: string };

/** The newest event of anybody's that a subscription would tell; undefined in an empty store. */
export async function findEnd(connection: Connection): Promise<Mark | undefined> {
  const read = { direction: BACKWARDS, fromPosition: END, maxCount: 1, filter: excludeSystemEvents() } as const;
  const [last] = await connection.ask((client) => gather(client.readAll(read)));
  return last?.event && { position: positionText(last.event.position), id: last.event.id };
}

/** Whether the store still has this event at this place: one that was restored to an older state, or is another, has not. */
export async function holds(connection: Connection, { position, id }: Mark): Promise<boolean> {
  const fromPosition = positionOf(position) ?? START;
  const read = { direction: FORWARDS, fromPosition, maxCount: 1, filter: excludeSystemEvents() } as const;
  try {
    const [found] = await connection.ask((client) => gather(client.readAll(read)));
    return found?.event?.id === id && positionText(found.event.position) === position;
  } catch (error) {
    // A place where no event begins may be an error to the server rather than an empty answer.
    if (error instanceof StoreUnavailable && /^(unknown|invalid-argument)$/.test(error.reason)) return false;
    throw error;
  }
}

async function gather<T>(source: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const each of source) all.push(each);
  return all;
}
