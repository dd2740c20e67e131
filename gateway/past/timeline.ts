import { AgencyName, nouns, OpaqueId, StreamName, type Noun } from '#domain/envelope.ts';
import type { FactType } from '#domain/factTypes.ts';
import { findRecordedBy } from '#projections/models/recordedTimes.ts';
import type { TimelineFilter } from '#projections/models/timelinePages.ts';
import type { GatewayParts } from '../context.ts';
import { RequestError } from '../http/requestError.ts';

type Maybe<T> = T | null | undefined;

/** What an auditor asks the timeline for; what is left out does not matter. */
export type AskedTimeline = {
  readonly stream?: Maybe<string>;
  readonly noun?: Maybe<Noun>;
  readonly agency?: Maybe<string>;
  readonly officer?: Maybe<string>;
  readonly types?: Maybe<readonly FactType[]>;
  /** Recorded from then on… */
  readonly from?: Maybe<string>;
  /** …and before then. */
  readonly to?: Maybe<string>;
  readonly fromBlock?: Maybe<number>;
  readonly toBlock?: Maybe<number>;
};

type Parts = Pick<GatewayParts, 'database'>;

/** The filter that was asked for, its times found as blocks. Throws a RequestError for what can be no name, and for no period. */
export async function timelineFilter(parts: Parts, asked: AskedTimeline): Promise<TimelineFilter> {
  const { stream, noun, agency, officer, types } = asked;
  if (isGiven(stream)) checkStream(stream);
  if (isGiven(agency)) demand(AgencyName.safeParse(agency).success, 'agency: not the name of one');
  if (isGiven(officer)) demand(OpaqueId.safeParse(officer).success, 'officer: not the id of one');
  const wanted = { stream, noun, agency, officer, types, ...(await blocksOf(parts, asked)) };
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => isGiven(value))); // undefined in place of null
}

/** Refuses what can be the name of no stream. */
export function checkStream(stream: string): void {
  const known = StreamName.safeParse(stream).success && nouns.some((noun) => stream.startsWith(`${noun}-`));
  demand(known, 'stream: not `noun-id`, as identity-7f3c…');
}

/** The period that is asked for ends before it begins. */
export function noPeriod(): RequestError {
  return new RequestError('ERR_PERIOD_INVALID', 'it would end before it begins');
}

async function blocksOf({ database }: Parts, { from, to, fromBlock, toBlock }: AskedTimeline) {
  checkPeriod({ from, to, fromBlock, toBlock });
  const lastBefore = async (instant: string) => (await findRecordedBy(database, justBefore(instant)))?.block ?? -1;
  const first = isGiven(from) ? (await lastBefore(from)) + 1 : 0;
  const last = isGiven(to) ? await lastBefore(to) : Number.MAX_SAFE_INTEGER;
  return { fromBlock: Math.max(first, fromBlock ?? first), toBlock: Math.min(last, toBlock ?? last) };
}

function checkPeriod({ from, to, fromBlock, toBlock }: AskedTimeline): void {
  if (isGiven(from) && isGiven(to) && from >= to) throw noPeriod();
  if (isGiven(fromBlock) && isGiven(toBlock) && fromBlock > toBlock) throw noPeriod();
}

function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw new RequestError('ERR_MALFORMED', otherwise);
}

function isGiven<T>(value: Maybe<T>): value is T {
  return value !== null && value !== undefined;
}

// Instants have milliseconds and no more, so nothing lies between.
function justBefore(instant: string): string {
  return new Date(Date.parse(instant) - 1).toISOString();
}
