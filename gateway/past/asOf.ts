import type { Point } from '#projections/past/point.ts';
import { findRecordedAt, findRecordedBy } from '#projections/models/recordedTimes.ts';
import type { GatewayParts } from '../context.ts';
import { RequestError } from '../http/requestError.ts';

/** As of when a caller wants an answer; without a word: as of now. */
export type AsOf = {
  readonly recorded?: string | null | undefined;
  readonly block?: number | null | undefined;
  readonly effective?: string | null | undefined;
};

/** A point that was asked for, found on the ledger as this node has it. */
export type FoundPoint = Point & {
  /** When block `known`, or the last one before it that has facts, was recorded; null before the first. */
  readonly recordedAt: string | null;
  /** Whether the same question will have this answer for ever: false while a fact may come that is dated by then. */
  readonly settled: boolean;
};

type Parts = Pick<GatewayParts, 'database' | 'ingest' | 'ledger'>;

/** Finds a point. Throws a RequestError for what has not come yet, and for a time and a block that are not the same point. */
export async function findPoint(parts: Parts, asOf: AsOf): Promise<FoundPoint> {
  const { effective } = asOf;
  const known = await findKnown(parts, asOf);
  if (effective === null || effective === undefined) return { ...known, held: known.known };
  const now = new Date().toISOString();
  if (effective > now.slice(0, 10)) throw inFuture('effective');
  const day = await findRecordedBy(parts.database, `${effective}T23:59:59.999Z`);
  return { ...known, held: Math.min(known.known, day?.block ?? -1), effective };
}

/** The point where one is asked for; undefined for now, which the read models answer. */
export async function findPastPoint(parts: Parts, asOf: AsOf | null | undefined): Promise<FoundPoint | undefined> {
  return asOf === null || asOf === undefined ? undefined : findPoint(parts, asOf);
}

type Known = Pick<FoundPoint, 'known' | 'recordedAt' | 'settled'>;

async function findKnown(parts: Parts, { recorded, block }: AsOf): Promise<Known> {
  if (recorded === null || recorded === undefined) return knownAtBlock(parts, block ?? parts.ingest.height() - 1);
  const byTime = await knownByTime(parts, recorded);
  if (block === null || block === undefined) return byTime;
  const atBlock = await knownAtBlock(parts, block);
  const agree = (await lastWithFacts(parts, block)) === byTime.known;
  if (!agree) throw new RequestError('ERR_POINTS_CONTRADICT', 'recorded and block are not the same point');
  return atBlock;
}

async function knownByTime({ database }: Parts, recorded: string): Promise<Known> {
  if (recorded > new Date().toISOString()) throw inFuture('recorded');
  const [found, newest] = await Promise.all([
    findRecordedBy(database, recorded),
    findRecordedAt(database, Number.MAX_SAFE_INTEGER),
  ]);
  // Clocks differ, so a fact dated by then may still come until something later stands on the ledger.
  const settled = newest !== undefined && newest.recordedAt > recorded;
  return { known: found?.block ?? -1, recordedAt: found?.recordedAt ?? null, settled };
}

async function knownAtBlock(parts: Parts, block: number): Promise<Known> {
  if (block < -1) throw new RequestError('ERR_MALFORMED', 'blocks are counted from 0');
  if (block >= parts.ingest.height()) await refuseUnread(parts, block);
  const found = await findRecordedAt(parts.database, block);
  return { known: block, recordedAt: found?.recordedAt ?? null, settled: true };
}

async function lastWithFacts({ database }: Parts, block: number): Promise<number> {
  return (await findRecordedAt(database, block))?.block ?? -1;
}

async function refuseUnread({ ledger }: Parts, block: number): Promise<never> {
  const { height } = await ledger.status();
  if (block >= height) throw inFuture('block');
  throw new RequestError('ERR_NOT_YET_VISIBLE', 'it is on the ledger, but this node has not read it yet');
}

function inFuture(what: 'block' | 'effective' | 'recorded'): RequestError {
  return new RequestError('ERR_POINT_IN_FUTURE', `${what}: not come yet`);
}
