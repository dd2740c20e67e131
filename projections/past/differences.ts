import { sql } from 'kysely';
import { canonicalJson } from '#domain/seal/canonical.ts';
import type { Place } from '../place.ts';
import type { Database } from '../postgres/database.ts';
import type { PublicState } from './streamState.ts';
import { placeOrder, withinPage, type PlacePage } from '../models/timelinePages.ts';

/** A field that differs between two states; `path` leads to it by dots. Undefined: not there. */
export type FieldChange = { readonly path: string; readonly before: unknown; readonly after: unknown };

/** Where two states differ, field by field, in order of their names; lists are compared as a whole. */
export function changesBetween(before: PublicState, after: PublicState, within = ''): readonly FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const [was, is] = [before[name], after[name]];
    const path = within + name;
    if (isObject(was) && isObject(is)) return changesBetween(was, is, `${path}.`);
    return canonicalJson([was ?? null]) === canonicalJson([is ?? null]) ? [] : [{ path, before: was, after: is }];
  });
}

function isObject(value: unknown): value is PublicState {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Facts after block `after`, up to block `upTo`. */
export type BlockRange = { readonly after: number; readonly upTo: number };

/** How many facts of a type an agency recorded. */
export type FactCount = { readonly type: string; readonly agency: string; readonly count: number };

/** How many facts of which type each agency recorded in a range of blocks. */
export async function countFactsIn({ kysely }: Database, { after, upTo }: BlockRange): Promise<readonly FactCount[]> {
  const { rows } = await sql<FactCount>`
    select type, agency, count(*) as count from model.timeline
    where block > ${after} and block <= ${upTo}
    group by type, agency order by type, agency`.execute(kysely);
  return rows;
}

/** A stream that changed, and by which of its versions. `place` is that of the first change. */
export type ChangedStream = {
  readonly stream: string;
  readonly place: Place;
  readonly firstVersion: number;
  readonly lastVersion: number;
};

type Row = Omit<ChangedStream, 'place'> & {
  readonly block: number;
  readonly transaction: number;
  readonly event: number;
};

/** A page of the streams that changed in a range of blocks, in the order of their first change there. */
export async function listChangedStreams(
  { kysely }: Database,
  { after, upTo }: BlockRange,
  page: PlacePage,
): Promise<readonly ChangedStream[]> {
  const { rows } = await sql<Row>`
    select t.stream, t.block, t.transaction, t.event, t.version as "firstVersion", newest.version as "lastVersion"
    from model.timeline t
    left join model.timeline earlier on earlier.stream = t.stream and earlier.version = t.version - 1
    cross join lateral (
      select l.version from model.timeline l where l.stream = t.stream and l.block <= ${upTo}
      order by l.version desc limit 1
    ) newest
    where t.block > ${after} and t.block <= ${upTo} and (earlier.block is null or earlier.block <= ${after})
      and ${sql.join(withinPage(page), sql` and `)}
    order by ${placeOrder(page)} limit ${page.limit}`.execute(kysely);
  return rows.map(({ block, transaction, event, ...changed }) => ({
    ...changed,
    place: { block, transaction, index: event },
  }));
}
