import { setTimeout as pause } from 'node:timers/promises';

type Limits = {
  readonly limit?: number;
  readonly every?: number;
  /** The cause to name when time runs out. */
  readonly reason?: () => unknown;
};

/** Asks again and again until the answer is yes. An error of `check` ends the wait at once; running out of time does too. */
export async function until(what: string, check: () => Promise<boolean>, limits: Limits = {}): Promise<void> {
  const { limit = 60_000, every = 25, reason } = limits;
  const deadline = performance.now() + limit;
  while (!(await check())) {
    if (performance.now() > deadline)
      throw new Error(`waited ${limit / 1000} s in vain: ${what}`, { cause: reason?.() });
    await pause(every);
  }
}
