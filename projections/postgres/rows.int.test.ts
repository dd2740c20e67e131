import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { openTestDatabase } from '../testing/testNode.ts';
import type { Database } from './database.ts';
import { insertNewRows, insertRows, upsertRows } from './rows.ts';

let database: Database;
const table = { schema: 'public', table: 'odd_rows' };
const columns = sql`number, text, json, flag, moment, bytes`;

type Row = { readonly number: number; readonly text: string | null; readonly json?: unknown };

async function written(): Promise<readonly object[]> {
  const { rows } = await sql<object>`select ${columns} from public.odd_rows order by number`.execute(database.kysely);
  return rows;
}

beforeAll(async () => {
  database = await openTestDatabase();
  await sql`create table public.odd_rows (
    number bigint primary key, text text, json jsonb, flag boolean, moment timestamptz, bytes bytea, list text[]
  )`.execute(database.kysely);
});
beforeEach(() => sql`truncate public.odd_rows`.execute(database.kysely));
afterAll(async () => database.close());

describe('a page of rows', () => {
  it('is written as it is, whatever its texts hold', async () => {
    const text = fc.string({ unit: 'binary' }).filter((each) => !each.includes('\u0000')); // which PostgreSQL has no text for
    const values = fc.record({ text: fc.option(text), json: fc.option(fc.dictionary(text, fc.option(text))) });
    await fc.assert(
      fc.asyncProperty(fc.array(values, { minLength: 1 }), async (list) => {
        const rows: readonly Row[] = list.map((each, number) => ({ number, ...each }));
        await sql`truncate public.odd_rows`.execute(database.kysely);
        await insertNewRows(database.kysely, table, rows);
        expect(await written()).toMatchObject(rows.map((row) => ({ ...row })));
      }),
      { numRuns: 50 },
    );
  });

  it.each(['NULL', 'null', '', '{}', '","', '\\', '"', '\\"', '\n', '\\n', ' a ', '\u2028', 'أمل'])(
    'keeps the text %j',
    async (text) => {
      await upsertRows(database.kysely, { ...table, key: ['number'] }, [
        { number: 1, text, json: text },
        { number: 2, text: null, json: { [text]: [text, 1, true, null] } },
      ]);
      expect(await written()).toMatchObject([
        { number: 1, text, json: text },
        { number: 2, text: null, json: { [text]: [text, 1, true, null] } },
      ]);
    },
  );

  it('has numbers, truths, moments and bytes', async () => {
    const row = { number: 2 ** 53 - 1, flag: true, moment: '2026-01-01T00:00:00.123Z', bytes: '\\x00ff5c22' };
    await insertRows(database.kysely, { ...table, key: ['number'] }, [row, { ...row, number: 7, flag: false }]);
    const bytes = Buffer.of(0x00, 0xff, 0x5c, 0x22);
    expect(await written()).toMatchObject([
      { ...row, number: 7, flag: false, bytes },
      { ...row, bytes },
    ]);
  });

  it('with a list in it is refused', async () => {
    await expect(insertNewRows(database.kysely, table, [{ number: 9, list: ['a'] }])).rejects.toThrow(TypeError);
  });
});
