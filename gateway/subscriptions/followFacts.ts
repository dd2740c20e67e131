import { factTypesOf } from '#domain/notice/factTypesOf.ts';
import { noticeTypes } from '#domain/notice/vocabulary.ts';
import type { Noun } from '#domain/envelope.ts';
import type { FactType } from '#domain/factTypes.ts';
import type { TimelineEntry } from '#projections/models/timeline.ts';
import { findTimeline, type TimelineFilter } from '#projections/models/timelinePages.ts';
import { factNotices } from '#projections/notices/factNotices.ts';
import type { Place } from '#projections/place.ts';
import type { AuditorContext, OfficerContext } from '../context.ts';
import { RequestError } from '../http/requestError.ts';
import { getRoles } from '../offices/officerRoles.ts';
import { readCursor, type Cursor } from '../past/cursor.ts';
import { timelineFilter } from '../past/timeline.ts';
import { Refused } from '../refused.ts';
import { beginning } from './beginning.ts';
import type { Source } from './follow.ts';

type Maybe<T> = T | null | undefined;

/** Which facts a subscriber wants to hear; what is left out does not matter. */
export type AskedFacts = {
  readonly stream?: Maybe<string>;
  readonly noun?: Maybe<Noun>;
  readonly agency?: Maybe<string>;
  readonly officer?: Maybe<string>;
  readonly types?: Maybe<readonly FactType[]>;
  /** Those that give rise to a notice of any of these types. */
  readonly notices?: Maybe<readonly string[]>;
};

type Context = AuditorContext | OfficerContext;

/** Facts in ledger order from after a cursor, from the `beginning`, or without a word from now on. */
export async function openFacts(
  context: Context,
  asked: AskedFacts,
  after: Maybe<string>,
): Promise<Source<TimelineEntry>> {
  const { database, ingest } = context;
  const filter = await factFilter(context, asked);
  let reached = await startAt(context, after);
  return {
    read: async (limit) => {
      const height = ingest.height();
      const page = await findTimeline(database, filter, { after: reached, limit, inverted: false });
      const [isLast, last] = [page.length < limit, page.at(-1)?.place ?? reached];
      // What the filter leaves out is not looked at again.
      reached = isLast && last.block < height ? before(height) : last;
      return { items: await givingRise(context, page, asked.notices), isLast };
    },
    denial: () => denialOf(context),
  };
}

async function factFilter(context: Context, { notices, ...asked }: AskedFacts): Promise<TimelineFilter> {
  const filter = await timelineFilter(context, asked);
  if (notices === null || notices === undefined) return filter;
  const telling = notices.flatMap(typesTelling);
  return { ...filter, types: telling.filter((type) => filter.types?.includes(type) ?? true) };
}

// Types of facts are not enough: not every correction brings an alias.
async function givingRise(
  { database }: Context,
  page: readonly TimelineEntry[],
  notices: Maybe<readonly string[]>,
): Promise<readonly TimelineEntry[]> {
  if (notices === null || notices === undefined) return page;
  const told = await Promise.all(page.map(({ event }) => factNotices(database, event)));
  return page.filter((_fact, index) => told[index]?.some(({ type }) => notices.includes(type)));
}

function typesTelling(name: string): readonly FactType[] {
  const type = noticeTypes.find((each) => each === name);
  if (type === undefined) throw new RequestError('ERR_MALFORMED', 'notices: not of the vocabulary');
  return factTypesOf(type);
}

async function startAt(context: Context, after: Maybe<string>): Promise<Place> {
  if (after === null || after === undefined) return before(context.ingest.height());
  if (after === beginning) return before(0);
  const cursor = readCursor(after);
  await checkCursor(context, cursor);
  return cursor.place;
}

async function checkCursor(context: Context, { place, mark }: Cursor): Promise<void> {
  if (place.block >= context.ingest.height()) await awaitBlock(context, place.block);
  const page = { after: { ...place, index: place.index - 1 }, limit: 1, inverted: false };
  const [found] = await findTimeline(context.database, { fromBlock: place.block, toBlock: place.block }, page);
  const isThere = found?.place.transaction === place.transaction && found.place.index === place.index;
  if (!isThere || !found.hash.startsWith(mark ?? ''))
    throw new RequestError(
      'ERR_POSITION_UNKNOWN',
      'another fact stands there: the position is of another registry, or of a state before a restore',
    );
}

/** A position that another node of the registry gave may be a little ahead of this node, but not of the ledger. */
async function awaitBlock({ ledger, ingest }: Context, block: number): Promise<void> {
  const { height } = await ledger.status();
  if (block >= height)
    throw new RequestError(
      'ERR_POSITION_AHEAD',
      'the ledger of this node is not that far: it was restored to an older state, or the position is of another registry',
    );
  await ingest.reached(block).catch((cause: unknown) => {
    throw new RequestError('ERR_NOT_YET_VISIBLE', 'it is on the ledger, but this node has not read it yet', cause);
  });
}

async function denialOf(context: Context): Promise<RequestError | undefined> {
  if (!isOfficer(context)) return undefined;
  try {
    await getRoles(context, context.caller);
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return new RequestError('ERR_FORBIDDEN', error.reason, error);
    throw error;
  }
}

function isOfficer(context: Context): context is OfficerContext {
  return context.caller.kind === 'officer';
}

/** The place before everything in a block. */
function before(block: number): Place {
  return { block, transaction: 0, index: -1 };
}
