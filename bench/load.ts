/** A load on something: so many callers, each asking again as soon as it is answered. */
export type Load = {
  readonly callers: number;
  /** How long the load runs at least before anything counts, in ms. */
  readonly rampMs: number;
  /** How long answers are counted at least, in ms. */
  readonly windowMs: number;
};

const longestWindow = 10_000; // ms; a machine this slow gives a rough figure, and soon

/**
 * Answers per second under a load that goes on around the window. Answers come in lumps where calls are done in groups, so
 * the window opens well after every caller could have been answered once and holds three such spans, and the time is taken
 * from the last answer before it to the last one in it. A call that fails ends the bench.
 */
export async function rateUnder(load: Load, call: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  let [from, until] = [Infinity, Infinity];
  let [first, last] = [begin, begin];
  let [answers, within] = [0, 0];
  const caller = async (): Promise<void> => {
    while (performance.now() < until) {
      await call();
      const now = performance.now();
      if (now >= until) return;
      last = now;
      if (now >= from) within += 1;
      else first = now;
      answers += 1;
      if (answers !== load.callers) continue;
      const span = now - begin;
      from = begin + Math.max(load.rampMs, 1.5 * span);
      until = from + Math.max(load.windowMs, Math.min(3 * span, longestWindow));
    }
  };
  await Promise.all(Array.from({ length: load.callers }, caller));
  if (within === 0) throw new Error('no answer came while answers were counted');
  return (within * 1000) / (last - first);
}

/** How long one call takes, in ms. */
export async function timeOf(call: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await call();
  return performance.now() - begin;
}
