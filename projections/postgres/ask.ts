import type { Database } from './database.ts';

/** A question of the hot path. The server keeps it prepared under its name, so one name always has one text. */
export type Question = { readonly name: string; readonly text: string };

/** Asks in one round trip. */
export async function ask<Row extends object>(
  { pool }: Pick<Database, 'pool'>,
  question: Question,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  const { rows } = await pool.query<Row>({ name: question.name, text: question.text, values: [...values] });
  return rows;
}
