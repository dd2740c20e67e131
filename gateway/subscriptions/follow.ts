import type { Ingest } from '#projections/ingest/ingest.ts';
import type { GatewayContext } from '../context.ts';
import { requestErrorOf } from '../http/faults.ts';
import { RequestError } from '../http/requestError.ts';
import { hungUp } from './subscriptions.ts';

/** What a subscription reads from; it remembers how far it has read. */
export type Source<T> = {
  /** What comes next, in order, out of at most `limit`. */
  readonly read: (limit: number) => Promise<Page<T>>;
  /** Why the listener may not hear any more; undefined while they may. */
  readonly denial: () => Promise<RequestError | undefined>;
  /** Whether the listener hears this one even so. */
  readonly isHeardAnyway?: (next: T) => boolean;
};

/** Some of what there is; `isLast` when there is no more now. */
type Page<T> = { readonly items: readonly T[]; readonly isLast: boolean };

/** What a subscription says: something, or at last why it ends. */
export type Heard<T> = { readonly said: T } | { readonly end: RequestError };

type Following = { readonly ingest: Pick<Ingest, 'height' | 'risen'>; readonly ending: AbortSignal };

const pageSize = 100; // all that is held for a listener; the next page is read when the last one has been taken
const lookAgain = 10_000; // ms; values that come late raise no height, and an officer's term ends by the clock

/** Begins a subscription: takes a place for it, then says what was and what comes. Throws a RequestError when there is no place. */
export function subscribeTo<T>(
  { ingest, listener }: Pick<GatewayContext, 'ingest' | 'listener'>,
  open: () => Promise<Source<T>>,
): AsyncGenerator<Heard<T>> {
  if (listener === undefined)
    throw new RequestError('ERR_NOT_ACCEPTABLE', 'a subscription is answered as text/event-stream: accept that');
  listener.takePlace();
  return follow({ ingest, ending: listener.ending }, open);
}

/** What was said; throws what ended it, so that a subscription ends with an error like any other. */
export function saidOf<T>(heard: Heard<T>): T {
  if ('end' in heard) throw heard.end;
  return heard.said;
}

/** Everything a source has and will have, asked for page by page as it is taken; ends with the reason why it does. */
export async function* follow<T>(following: Following, open: () => Promise<Source<T>>): AsyncGenerator<Heard<T>> {
  const { ingest, ending } = following;
  try {
    const source = await open();
    for (;;) {
      const height = ingest.height();
      for await (const said of presentOf(following, source)) yield { said };
      await ingest.risen(height, { within: lookAgain, signal: ending });
    }
  } catch (error) {
    if (error !== hungUp) yield { end: requestErrorOf(error) };
  }
}

/** Everything there is now. What has been read is not told to whom it must not be by the time it is taken. */
async function* presentOf<T>({ ingest, ending }: Following, source: Source<T>): AsyncGenerator<T> {
  for (;;) {
    const { items, isLast } = await source.read(pageSize);
    let [seen, denial] = [ingest.height(), await source.denial()];
    for (const next of items) {
      if (ingest.height() > seen) [seen, denial] = [ingest.height(), await source.denial()];
      ending.throwIfAborted();
      if (denial !== undefined && source.isHeardAnyway?.(next) !== true) throw denial;
      yield next;
    }
    ending.throwIfAborted();
    if (denial !== undefined) throw denial;
    if (isLast) return;
  }
}
