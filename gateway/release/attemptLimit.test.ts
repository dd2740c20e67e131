import { describe, expect, it } from '@jest/globals';
import { createAttemptLimit } from './attemptLimit.ts';

describe('a limit of two attempts a second', () => {
  const limited = () => {
    const limit = createAttemptLimit({ attempts: 2, windowMs: 1000 });
    limit.take('clinic', '1', 0);
    limit.take('clinic', '1', 500);
    return limit;
  };

  it('allows no third one within the window', () => {
    expect(limited().take('clinic', '1', 999)).toBe(false);
  });

  it('allows the next one when the first has left the window', () => {
    expect(limited().take('clinic', '1', 1001)).toBe(true);
  });

  it('counts each party and each identifier alone', () => {
    expect(limited().take('bank', '1', 600)).toBe(true);
    expect(limited().take('clinic', '2', 600)).toBe(true);
  });

  it('does not count an attempt that succeeded, and still counts the failures before it', () => {
    const limit = limited();
    limit.giveBack('clinic', '1', 500);
    expect(limit.take('clinic', '1', 600)).toBe(true);
    expect(limit.take('clinic', '1', 601)).toBe(false);
  });
});

describe('a limit that remembers two', () => {
  it('forgets the one longest untouched', () => {
    const limit = createAttemptLimit({ attempts: 1, remembered: 2 });
    for (const identifier of ['1', '2', '3']) limit.take('clinic', identifier, 0);
    expect(['3', '2', '1'].map((identifier) => limit.take('clinic', identifier, 1))).toEqual([false, false, true]);
  });
});
