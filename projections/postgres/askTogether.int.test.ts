import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestDatabase } from '../testing/testNode.ts';
import type { Database } from './database.ts';

const letters = {
  name: 'test-letters',
  text: `select asked.place, letter from unnest($1::text[], $2::text[]) with ordinality as asked(key, suffix, place),
    regexp_split_to_table(asked.key, '') with ordinality as split(letter, nth)
    where asked.suffix is null or letter <> asked.suffix order by nth desc`,
};
const marked = {
  name: 'test-marked',
  text: `select asked.place from unnest($1::text[]) with ordinality as asked(key, place) join marks using (key)`,
};

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
  await database.pool.query('create table marks (key text primary key)');
});
afterAll(() => database.close());

describe('a question that many ask together', () => {
  it('answers each with its own rows, in order and without their places', async () => {
    const asked = [
      ['ab', null],
      ['x', 'x'],
      ['abc', 'b'],
      ['ab', null],
    ] as const;
    const answers = await Promise.all(
      asked.map((values) => database.askTogether<{ letter: string }>(letters, [...values])),
    );
    expect(answers).toEqual([
      [{ letter: 'b' }, { letter: 'a' }],
      [],
      [{ letter: 'c' }, { letter: 'a' }],
      [{ letter: 'b' }, { letter: 'a' }],
    ]);
  });

  it('sees whatever was committed before it was asked, also while others wait', async () => {
    const keys = Array.from({ length: 50 }, (_, n) => `key-${n}`);
    const found = await Promise.all(
      keys.map(async (key) => {
        await database.pool.query('insert into marks values ($1)', [key]);
        const before = await database.askTogether(marked, [key]);
        await database.pool.query('delete from marks where key = $1', [key]);
        return [before.length, (await database.askTogether(marked, [key])).length];
      }),
    );
    expect(found).toEqual(keys.map(() => [1, 0]));
  });
});
