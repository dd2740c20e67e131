import { describe, expect, it } from '@jest/globals';
import { grouped } from './grouped.ts';

describe('work that is done in groups', () => {
  it('takes what comes meanwhile in one group next, and gives each its own answer', async () => {
    const groups: (readonly number[])[] = [];
    const later: Promise<number>[] = [];
    const double = grouped(async (items: readonly number[]) => {
      groups.push(items);
      if (groups.length === 1) later.push(double(3), double(4));
      return Promise.resolve(items.map((item) => 2 * item));
    });
    expect(await Promise.all([double(1), double(2)])).toEqual([2, 4]);
    expect(await Promise.all(later)).toEqual([6, 8]);
    expect(groups).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('fails for each of a group, and goes on with the next', async () => {
    let fails = true;
    const same = grouped((items: readonly string[]) =>
      fails ? Promise.reject(new Error('away')) : Promise.resolve(items),
    );
    const answers = await Promise.allSettled([same('a'), same('b')]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fails = false;
    expect(await same('c')).toBe('c');
  });
});
