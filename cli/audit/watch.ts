import { setTimeout as pause } from 'node:timers/promises';
import type { Alarm } from '#ledger/verify/alarm.ts';
import type { Monitor } from '#ledger/verify/monitor.ts';
import type { Source } from './source.ts';

/** Who is told what. */
export type Watcher = {
  readonly alarm: (alarms: readonly Alarm[]) => void;
  readonly say: (line: string) => void;
  /** Called now and then while there is something new. */
  readonly note: (monitor: Monitor) => Promise<void>;
};

const interval = 2000; // ms between two looks at who is silent
const quietLooks = 3; // looks without a new block after which a ledger is as long as it is

/** Looks at everything that the sources have now, each held against the others. */
export async function lookOnce(monitor: Monitor, sources: readonly Source[], watcher: Watcher): Promise<void> {
  let cause: unknown;
  let answered = 0;
  for (const source of sources)
    try {
      await read(monitor, source, { blocks: source.blocks(), watcher });
      answered += 1;
    } catch (error) {
      cause = error;
      watcher.say(`not looked at: ${source.name}: ${messageOf(error)}`);
    }
  if (answered === 0) throw cause;
  if (!monitor.isBad) watcher.alarm([...monitor.end(), ...monitor.look(Date.now())]);
}

/**
 * Goes on until the signal aborts, or a block makes it necessary to begin anew without the source that showed it. Throws when
 * no source can be read any more: a watch that has ended by itself has not found that all is well.
 */
export async function watch(
  monitor: Monitor,
  sources: readonly Source[],
  watcher: Watcher,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  let cause: unknown;
  const following = sources.map(async (source) => {
    try {
      await read(monitor, source, { blocks: source.follow(until), watcher });
    } catch (error) {
      cause = error;
      watcher.say(`not looked at any more: ${source.name}: ${messageOf(error)}`);
    }
    if (monitor.isBad) stop.abort();
  });
  const looking = keepLooking(monitor, watcher, until);
  await Promise.all(following);
  stop.abort();
  await looking;
  if (cause instanceof Error && !signal.aborted && !monitor.isBad) throw cause;
}

type Reading = { readonly blocks: AsyncIterable<Uint8Array>; readonly watcher: Watcher };

async function read(monitor: Monitor, { name }: Source, { blocks, watcher }: Reading): Promise<void> {
  for await (const bytes of blocks) {
    watcher.alarm(monitor.take(name, bytes));
    if (monitor.isBad || monitor.isDistrusted(name)) return;
  }
}

async function keepLooking(monitor: Monitor, watcher: Watcher, signal: AbortSignal): Promise<void> {
  let height = 0;
  let quiet = 0;
  while (!signal.aborted) {
    await pause(interval, undefined, { signal }).catch(() => undefined);
    watcher.alarm(monitor.look(Date.now()));
    quiet = monitor.height === height ? quiet + 1 : 0;
    // A ledger that was cut off would else go on unnoticed until it is as long again as it was.
    if (quiet === quietLooks) watcher.alarm(monitor.end());
    if (quiet > 0) continue;
    height = monitor.height;
    await watcher.note(monitor);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'it cannot be read';
}
