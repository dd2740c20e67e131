import { describe, expect, it } from '@jest/globals';
import { verdictOf } from './rebuild.ts';

const rebuilt = { events: 1, before: 'aa', after: 'bb', upgrades: [] };

describe('read models that differ from what they are rebuilt to', () => {
  it('were wrong', () => {
    expect(verdictOf(rebuilt)).toEqual({ text: 'DIFFERENT: the live read models were wrong', isWrong: true });
  });

  it('are not called wrong when an upgrade had changed their tables', () => {
    const verdict = verdictOf({ ...rebuilt, upgrades: ['consents.2'] });
    expect(verdict).toMatchObject({ isWrong: false });
    expect(verdict.text).toMatch(/made by another version of their tables \(since then: consents\.2\)/);
  });

  it('are equal when they do not differ, whatever had changed', () => {
    expect(verdictOf({ ...rebuilt, after: 'aa', upgrades: ['consents.2'] }).text).toBe('equal');
  });
});
