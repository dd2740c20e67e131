import { sql, type RawBuilder } from 'kysely';
import type { Noun } from '#domain/envelope.ts';
import type { FactType } from '#domain/factTypes.ts';
import type { Place } from '../place.ts';
import type { Database } from '../postgres/database.ts';
import { entryColumns, entryFrom, type EntryRow, type TimelineEntry } from './timeline.ts';

/** Which facts an auditor wants to see; what is not given does not matter. */
export type TimelineFilter = {
  readonly stream?: string | undefined;
  readonly noun?: Noun | undefined;
  readonly agency?: string | undefined;
  readonly officer?: string | undefined;
  /** Facts of any of these types; none when the list is empty. */
  readonly types?: readonly FactType[] | undefined;
  /** First block. */
  readonly fromBlock?: number | undefined;
  /** Last block. */
  readonly toBlock?: number | undefined;
};

/**
 * A page of what stands in ledger order, between two places. `inverted`: from the end backwards. A place is where something
 * stands for ever, so what comes later moves no page.
 */
export type PlacePage = {
  readonly after?: Place | undefined;
  readonly before?: Place | undefined;
  readonly limit: number;
  readonly inverted: boolean;
};

/** A page of the facts that a filter lets through, in the order of the page. */
export async function findTimeline(
  { kysely }: Database,
  filter: TimelineFilter,
  page: PlacePage,
): Promise<readonly TimelineEntry[]> {
  const order = placeOrder(page);
  const { rows } = await sql<EntryRow>`
    select ${sql.raw(entryColumns)}
    from (
      select stream, version, block, transaction, event from model.timeline t
      where ${sql.join([...conditionsOf(filter), ...withinPage(page)], sql` and `)}
      order by ${order} limit ${page.limit}
    ) t
    join store.events e using (stream, version)
    join model.recorded_times r on r.block = t.block
    order by ${order}`.execute(kysely);
  return rows.map(entryFrom);
}

function conditionsOf(filter: TimelineFilter): readonly RawBuilder<boolean>[] {
  const { stream, noun, agency, officer, types, fromBlock, toBlock } = filter;
  const [type, ...others] = types ?? [];
  return [
    ...given(stream, (value) => sql`t.stream = ${value}`),
    ...given(noun, (value) => sql`t.noun = ${value}`),
    ...given(agency, (value) => sql`t.agency = ${value}`),
    ...given(officer, (value) => sql`t.officer = ${value}`),
    // One type alone is found in order of place by its index.
    ...given(types, (all) => (others.length === 0 && type ? sql`t.type = ${type}` : sql`t.type = any(${all})`)),
    ...given(fromBlock, (value) => sql`t.block >= ${value}`),
    ...given(toBlock, (value) => sql`t.block <= ${value}`),
  ];
}

function given<T>(value: T | undefined, condition: (value: T) => RawBuilder<boolean>): readonly RawBuilder<boolean>[] {
  return value === undefined ? [] : [condition(value)];
}

/** Conditions that keep rows of the timeline `t` within a page; there is always one. */
export function withinPage({ after, before }: Pick<PlacePage, 'after' | 'before'>): readonly RawBuilder<boolean>[] {
  const place = sql`(t.block, t.transaction, t.event)`;
  return [
    sql`true`,
    ...given(after, ({ block, transaction, index }) => sql`${place} > (${block}, ${transaction}, ${index})`),
    ...given(before, ({ block, transaction, index }) => sql`${place} < (${block}, ${transaction}, ${index})`),
  ];
}

/** The order of a page, of rows of the timeline `t`. */
export function placeOrder({ inverted }: Pick<PlacePage, 'inverted'>): RawBuilder<unknown> {
  return inverted ? sql`t.block desc, t.transaction desc, t.event desc` : sql`t.block, t.transaction, t.event`;
}
