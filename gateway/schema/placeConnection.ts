import { parseCursorConnectionArgs } from '@pothos/plugin-relay';
import type { Place } from '#projections/place.ts';
import type { PlacePage } from '#projections/models/timelinePages.ts';
import { cursorOf, readCursor, type Placed } from '../past/cursor.ts';

type Args = {
  readonly first?: number | null | undefined;
  readonly last?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly before?: string | null | undefined;
};

/** A page of what stands in ledger order. A cursor is a place on the ledger, so a page stays what it is, whatever comes. */
export async function placeConnection<Item extends Placed>(
  args: Args,
  find: (page: PlacePage) => Promise<readonly Item[]>,
) {
  const page = pageOf(args);
  const { limit, inverted, expectedSize } = page;
  const found = await find({ after: placeAt(page.after), before: placeAt(page.before), limit, inverted });
  const items = found.slice(0, expectedSize);
  const edges = (inverted ? items.reverse() : items).map((node) => ({ cursor: cursorOf(node), node }));
  return {
    edges,
    pageInfo: {
      // Of an empty page they are where it lies: whoever follows the ledger asks on from there.
      startCursor: edges[0]?.cursor ?? page.after ?? page.before ?? null,
      endCursor: edges.at(-1)?.cursor ?? page.after ?? page.before ?? null,
      hasPreviousPage: page.hasPreviousPage(found.length),
      hasNextPage: page.hasNextPage(found.length),
    },
  };
}

function pageOf({ first = null, last = null, after = null, before = null }: Args) {
  return parseCursorConnectionArgs({ args: { first, last, after, before } });
}

function placeAt(cursor: string | undefined): Place | undefined {
  return cursor === undefined ? undefined : readCursor(cursor).place;
}
