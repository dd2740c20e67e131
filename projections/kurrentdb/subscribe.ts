import { setTimeout as pause } from 'node:timers/promises';
import { excludeSystemEvents, START, type AllStreamResolvedEvent, type Position } from '@kurrent/kurrentdb-client';
import { StoreUnavailable, type StoredEvent } from '../eventStore.ts';
import { inPages } from '../ingest/pages.ts';
import type { Connection } from './connection.ts';
import { findEnd, type Mark } from './reads.ts';
import { isAfter, positionOf, positionText, storedEventOf } from './storedEvent.ts';

/** Events of ours that came together, and how far everything has been seen with them, whose ever it was. */
export type SubscribedPage = { readonly events: readonly StoredEvent[]; readonly seen: Mark };

/** From where a subscription goes on, and until when. */
export type SubscribeOptions = {
  readonly after: string | undefined;
  readonly signal: AbortSignal;
  /** Milliseconds without a word after which it is asked whether there is more. */
  readonly quiet?: number;
  /** Told why a subscription ended, before the next one is tried. */
  readonly onLost?: (cause: unknown) => void;
};

const shortestWait = 50;
const longestWait = 5000; // ms
const pageSize = 1000;

/**
 * Everything after a position, then what comes, each event once and in order, however often the connection is lost: the
 * client's subscriptions end with it and stay ended.
 */
export async function* subscribeAgain(
  connection: Connection,
  { after, signal, quiet = 1000, onLost }: SubscribeOptions,
): AsyncGenerator<SubscribedPage> {
  let position = positionOf(after);
  let wait = shortestWait;
  while (!signal.aborted) {
    try {
      for await (const page of inPages(heard(connection, { after: position, signal, quiet }), pageSize, () => 1)) {
        wait = shortestWait;
        const last = page.at(-1)?.event;
        if (last === undefined) continue;
        position = last.position;
        const seen = { position: positionText(position), id: last.id };
        yield { events: page.flatMap((each) => storedEventOf(each, connection.node) ?? []), seen };
      }
    } catch (cause) {
      if (!isOver(signal)) onLost?.(cause);
    }
    await pause(wait, undefined, { signal }).catch(() => undefined);
    wait = Math.min(2 * wait, longestWait);
  }
}

/** Whether it is over by now; as a function, since the compiler does not know that waiting may change it. */
export function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}

type Hearing = { readonly after: Position | undefined; readonly signal: AbortSignal; readonly quiet: number };

/** One subscription, until it is lost. What the server tells twice is told once. */
async function* heard(
  connection: Connection,
  { after, signal, quiet }: Hearing,
): AsyncGenerator<AllStreamResolvedEvent> {
  let last = after;
  const read = { fromPosition: after ?? START, filter: excludeSystemEvents() } as const;
  const subscription = connection.client.subscribeToAll(read, { signal });
  subscription.on('error', () => undefined); // one that comes when nobody iterates any more would end the process
  const check = setInterval(() => {
    if (!isStill()) return;
    // A subscription that the server forgot makes no sound either.
    findEnd(connection).then(
      (end) => {
        const missed = positionOf(end?.position);
        if (missed !== undefined && (last === undefined || isAfter(missed, last)) && isStill())
          subscription.destroy(new StoreUnavailable('quiet'));
      },
      (cause: unknown) => subscription.destroy(cause instanceof Error ? cause : undefined),
    );
  }, quiet);
  let heardAt = performance.now();
  const isStill = () => performance.now() - heardAt > quiet;
  try {
    for await (const event of subscription) {
      heardAt = performance.now();
      const position = event.event?.position;
      if (position === undefined || (last !== undefined && !isAfter(position, last))) continue;
      last = position;
      yield event;
    }
  } finally {
    clearInterval(check);
    await subscription.unsubscribe().catch(() => undefined);
  }
}
