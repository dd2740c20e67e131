/** Times steps one by one, and all of them together. */
export type Stopwatch = {
  readonly step: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  readonly total: (name: string) => void;
};

/** Tells of each step when it is done, with the wall time it took. */
export function stopwatch(report: (line: string) => void): Stopwatch {
  const begin = performance.now();
  const line = (name: string, since: number) =>
    report(`${((performance.now() - since) / 1000).toFixed(2).padStart(7)} s  ${name}`);
  return {
    step: async (name, work) => {
      const since = performance.now();
      const result = await work();
      line(name, since);
      return result;
    },
    total: (name) => line(name, begin),
  };
}
