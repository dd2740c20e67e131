import { sql } from 'kysely';
import { ask } from '../postgres/ask.ts';
import type { Database } from '../postgres/database.ts';
import { upsertRows } from '../postgres/rows.ts';
import type { ModelTarget, ProjectedEvent, ReadModel } from './readModel.ts';

/** A block with facts, and when they were recorded: the largest `at` up to it, since clocks of agencies differ. */
export type RecordedTime = { readonly block: number; readonly recordedAt: string };

/** When each block with facts was recorded. */
export const recordedTimes: ReadModel = {
  tables: ['recorded_times'],
  project: async (page, target) => {
    if (page.length === 0) return;
    const rows = recordedTimesOf(page, await lastTime(target));
    // A rebuild's pages may end within a block, which the next page then goes on with.
    await upsertRows(target.trx, { schema: target.schema, table: 'recorded_times', key: ['block'] }, rows);
  },
};

// Instants have one form, so texts sort by time.
function recordedTimesOf(page: readonly ProjectedEvent[], before: string) {
  const times = new Map<number, string>();
  let latest = before;
  for (const { place, event } of page) {
    if (event.at > latest) latest = event.at;
    times.set(place.block, latest);
  }
  return [...times].map(([block, recorded_at]) => ({ block, recorded_at }));
}

async function lastTime({ trx, schema }: ModelTarget): Promise<string> {
  const { rows } = await sql<{ recorded_at: string }>`
    select recorded_at from ${sql.id(schema, 'recorded_times')} order by block desc limit 1`.execute(trx);
  return rows[0]?.recorded_at ?? '';
}

const columns = 'block, recorded_at as "recordedAt"';
const byTime = {
  name: 'find-block-recorded-by',
  text: `select ${columns} from model.recorded_times where recorded_at <= $1::timestamptz
    order by recorded_at desc, block desc limit 1`,
};
const byBlock = {
  name: 'find-recorded-time',
  text: `select ${columns} from model.recorded_times where block <= $1 order by block desc limit 1`,
};

/** The last block with facts that was recorded by an instant (ISO 8601); undefined before the first. */
export async function findRecordedBy(db: Database, instant: string): Promise<RecordedTime | undefined> {
  const [found] = await ask<RecordedTime>(db, byTime, [instant]);
  return found;
}

/** The last block with facts that is this one or stands before it; undefined before the first. */
export async function findRecordedAt(db: Database, block: number): Promise<RecordedTime | undefined> {
  const [found] = await ask<RecordedTime>(db, byBlock, [block]);
  return found;
}
