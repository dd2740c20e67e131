/** A load on something: so many callers, each asking again as soon as it is answered. */
export type Load = {
  readonly callers: number;
  /** How long the load runs before anything counts, in ms. */
  readonly rampMs: number;
  /** How long answers are counted, in ms. */
  readonly windowMs: number;
};

/**
 * Answers per second under a load that goes on around the window. Answers come in lumps where calls are done in groups, so
 * the time is taken from the last answer before the window to the last one in it. A call that fails ends the bench.
 */
export async function rateUnder(load: Load, call: () => Promise<unknown>): Promise<number> {
  let first = performance.now();
  const from = first + load.rampMs;
  const until = from + load.windowMs;
  let last = first;
  let answers = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() < until) {
      await call();
      const now = performance.now();
      if (now < from) first = now;
      else if (now < until) answers += 1;
      if (now < until) last = now;
    }
  };
  await Promise.all(Array.from({ length: load.callers }, caller));
  if (answers === 0) throw new Error('no answer came while answers were counted');
  return (answers * 1000) / (last - first);
}

/** How long one call takes, in ms. */
export async function timeOf(call: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await call();
  return performance.now() - begin;
}
