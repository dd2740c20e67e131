import { describe, expect, it } from '@jest/globals';
import { changesBetween } from './differences.ts';

describe('two states of a stream', () => {
  it('differ by nothing when they are equal, in whatever order their fields come', () => {
    expect(changesBetween({ a: 1, b: { c: [1, 2] } }, { b: { c: [1, 2] }, a: 1 })).toEqual([]);
  });

  it('differ by fields that changed, came and went, named by their paths', () => {
    const before = { status: 'active', classes: { contact: 2 }, officers: { o1: { removedAt: null } } };
    const after = {
      status: 'merged',
      classes: { contact: 2, photo: 3 },
      officers: { o1: { removedAt: 'now' } },
      into: 'x',
    };
    expect(changesBetween(before, after)).toEqual([
      { path: 'classes.photo', before: undefined, after: 3 },
      { path: 'into', before: undefined, after: 'x' },
      { path: 'officers.o1.removedAt', before: null, after: 'now' },
      { path: 'status', before: 'active', after: 'merged' },
    ]);
    expect(changesBetween(after, {}).map(({ path }) => path)).toEqual(['classes', 'into', 'officers', 'status']);
  });

  it('differ by a list as a whole, and by what was an object and is none', () => {
    expect(changesBetween({ a: [1, 2], b: { c: 1 } }, { a: [2, 1], b: 'c' })).toEqual([
      { path: 'a', before: [1, 2], after: [2, 1] },
      { path: 'b', before: { c: 1 }, after: 'c' },
    ]);
  });
});
