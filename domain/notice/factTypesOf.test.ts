import { describe, expect, it } from '@jest/globals';
import { factTypes } from '../factTypes.ts';
import { factTypesOf } from './factTypesOf.ts';
import { noticesOf } from './noticesOf.ts';
import { noticeTypes } from './vocabulary.ts';

describe('a notice', () => {
  it.each(noticeTypes)('%s is asked for by the facts that give rise to it, and by no other', (notice) => {
    // What can be said of a fact hangs on its type alone; details do not matter here.
    const giving = factTypes.filter((type) =>
      noticesOf({ type, data: {} }, { issued: ['x'], replaced: ['x'] }).some((each) => each.type === notice),
    );
    expect([...factTypesOf(notice)].sort()).toEqual(giving.sort());
  });
});
