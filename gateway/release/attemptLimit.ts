import { createHmac, randomBytes } from 'node:crypto';

/** Failed attempts of one party at one person: so many within a window, then none until the window is over. */
export type AttemptLimit = {
  /** Counts an attempt at this time (ms) before it is made, so that many at once cannot pass; false when none is left. */
  readonly take: (party: string, identifier: string, now: number) => boolean;
  /** Gives back the attempt of that time, because it succeeded. Failures before it stay counted. */
  readonly giveBack: (party: string, identifier: string, now: number) => void;
};

/** MOSIP's figures for a freeze: ten attempts in half an hour. `remembered` bounds the memory. */
const defaults = { attempts: 10, windowMs: 30 * 60_000, remembered: 100_000 };

/**
 * Counted by the identifier that was asked with, not by the person: whoever is absent is limited like anybody else. It lives
 * in this node's memory under a passing key; attempts themselves are durable access records.
 */
export function createAttemptLimit(options: Partial<typeof defaults> = {}): AttemptLimit {
  const { attempts, windowMs, remembered } = { ...defaults, ...options };
  const key = randomBytes(32);
  const taken = new Map<string, readonly number[]>();
  const nameOf = (party: string, identifier: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify([party, identifier]))
      .digest('base64url');
  return {
    take: (party, identifier, now) => {
      const name = nameOf(party, identifier);
      const recent = (taken.get(name) ?? []).filter((at) => at > now - windowMs);
      if (recent.length >= attempts) return false;
      taken.delete(name); // a Map keeps the order of insertion: the first one is the one longest untouched
      taken.set(name, [...recent, now]);
      const oldest = taken.keys().next();
      if (taken.size > remembered && oldest.done !== true) taken.delete(oldest.value);
      return true;
    },
    giveBack: (party, identifier, now) => {
      const name = nameOf(party, identifier);
      const times = taken.get(name) ?? [];
      taken.set(name, times.toSpliced(times.lastIndexOf(now), times.includes(now) ? 1 : 0));
    },
  };
}
