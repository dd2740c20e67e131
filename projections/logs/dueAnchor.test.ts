import { describe, expect, it } from '@jest/globals';
import { type AnchorSituation, dueAnchor } from './dueAnchor.ts';

const pace = { every: 10, heartbeat: 3600, patience: 0 };
const quiet: AnchorSituation = { own: { size: 7, time: 1000 }, confirmed: 0, end: 8, hasNews: false, now: 1005 };
const due = (changed: Partial<AnchorSituation>, patience = 0) =>
  dueAnchor({ ...quiet, ...changed }, { ...pace, patience });

describe('an agency that has anchored', () => {
  it('says nothing again while only anchors are new', () => {
    expect(due({})).toBeUndefined();
    expect(due({ now: 1000 + 3599 })).toBeUndefined();
  });

  it('anchors the newest end when something is new, but not too often', () => {
    expect(due({ hasNews: true, end: 12 })).toBeUndefined();
    expect(due({ hasNews: true, end: 12, now: 1010 })).toBe(12);
  });

  it('leaves the first word to others, for a while', () => {
    expect(due({ hasNews: true, end: 12, now: 1012 }, 5)).toBeUndefined();
    expect(due({ hasNews: true, end: 12, now: 1015 }, 5)).toBe(12);
  });

  it('joins others at their size at once', () => {
    expect(due({ confirmed: 8, end: 12, hasNews: true })).toBe(8);
    expect(due({ confirmed: 7 })).toBeUndefined();
    expect(due({ confirmed: 6 })).toBeUndefined();
  });

  it('gives a sign of life when nothing happens', () => {
    expect(due({ now: 1000 + 3600 })).toBe(8);
    expect(due({ now: 1000 + 3600 }, 5)).toBeUndefined();
  });
});

describe('an agency that has anchored nothing', () => {
  it('anchors as soon as there is a leaf', () => {
    const new_ = { own: { size: 0, time: 990 }, hasNews: true, now: 1000 };
    expect(due({ ...new_, end: 0 })).toBeUndefined();
    expect(due({ ...new_, end: 3 })).toBe(3);
  });
});
