import type pg from 'pg';
import { grouped } from '../logs/grouped.ts';
import type { Question } from './ask.ts';

/**
 * Asks a question that many ask at once, each about something else, in one round trip for all who wait. Nobody is answered
 * from before they asked: who comes while a group is away goes with the next.
 *
 * The text takes one array for each value and names the asker in the column `place`:
 * `select asked.place, … from unnest($1::text[]) with ordinality as asked(key, place) join …`.
 */
export type AskTogether = <Row extends object>(
  question: Question,
  values: readonly (string | null)[],
) => Promise<readonly Row[]>;

type Values = readonly (string | null)[];

/** Groups are kept apart by the name of their question. */
export function createAskTogether(pool: pg.Pool): AskTogether {
  const groups = new Map<string, (values: Values) => Promise<readonly object[]>>();
  return async <Row extends object>(question: Question, values: Values) => {
    const group = groups.get(question.name) ?? grouped((asked) => askAll(pool, question, asked));
    groups.set(question.name, group);
    return (await group(values)) as readonly Row[]; // the question's text says what its rows are, as for pool.query
  };
}

async function askAll(pool: pg.Pool, question: Question, asked: readonly Values[]): Promise<readonly object[][]> {
  // Many often ask about the same: one party, one policy.
  const keys = asked.map((values) => JSON.stringify(values));
  const distinct = new Map(keys.map((key, index) => [key, asked[index] ?? []]));
  const columns = (asked[0] ?? []).map((_, column) => [...distinct.values()].map((values) => values[column]));
  const { rows } = await pool.query<{ readonly place: number }>({ ...question, values: columns });
  const answers = new Map([...distinct.keys()].map((key): [string, object[]] => [key, []]));
  const inOrder = [...answers.values()];
  for (const { place, ...row } of rows) inOrder[place - 1]?.push(row);
  return keys.map((key) => answers.get(key) ?? []);
}
