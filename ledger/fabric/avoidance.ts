const shortest = 2000;
const longest = 30_000;

type Rest = { readonly until: number; readonly length: number };

/** Remembers which agencies' nodes did not answer, so that the next call begins elsewhere: for two seconds, and longer each time it happens again. */
export class Avoidance {
  readonly #rests = new Map<string, Rest>();

  add(agency: string): void {
    const now = performance.now();
    const last = this.#rests.get(agency);
    if (last !== undefined && last.until > now) return; // calls that were on their way together are one failure
    const again = last !== undefined && now < last.until + last.length;
    const length = again ? Math.min(last.length * 2, longest) : shortest;
    this.#rests.set(agency, { until: now + length, length });
  }

  has(agency: string): boolean {
    return (this.#rests.get(agency)?.until ?? 0) > performance.now();
  }

  /** The same agencies in the same order, but those to avoid at the end: nobody is given up for good. */
  lastOf<T>(items: readonly T[], agencyOf: (item: T) => string): readonly T[] {
    const avoided = items.filter((item) => this.has(agencyOf(item)));
    return [...items.filter((item) => !avoided.includes(item)), ...avoided];
  }
}
