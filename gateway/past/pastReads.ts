import type { EventsByNoun } from '#domain/anyEvent.ts';
import { OpaqueId, type Noun } from '#domain/envelope.ts';
import { factsOf, listStreams } from '#projections/past/pastFacts.ts';
import type { Place } from '#projections/place.ts';
import { eventsOf, type ProjectedEvent } from '#projections/models/readModel.ts';
import type { PlacePage } from '#projections/models/timelinePages.ts';
import { findPoint, type AsOf } from './asOf.ts';
import type { GatewayParts } from '../context.ts';

type Parts = Pick<GatewayParts, 'database' | 'ingest' | 'ledger'>;

/** Of which noun, and what its facts make of a stream of it. */
export type Past<N extends Noun, T extends object> = {
  readonly noun: N;
  readonly from: (facts: readonly ProjectedEvent<EventsByNoun[N]>[]) => T | undefined;
};

/** One thing of the registry as of a point; null when there was none. */
export async function readPast<N extends Noun, T extends object>(
  parts: Parts,
  { noun, from }: Past<N, T>,
  id: string,
  asOf: AsOf | null | undefined,
): Promise<T | null> {
  const point = await findPoint(parts, asOf ?? {});
  if (!OpaqueId.safeParse(id).success) return null;
  return from(await factsOf(parts.database, noun, id, point)) ?? null;
}

/** How to read pages of a noun as of a point, in the order in which its streams began. */
export async function pastPages<N extends Noun, T extends object>(
  parts: Parts,
  { noun, from }: Past<N, T>,
  asOf: AsOf | null | undefined,
): Promise<(page: PlacePage) => Promise<readonly (T & { readonly place: Place })[]>> {
  const point = await findPoint(parts, asOf ?? {});
  return async (page) => {
    const streams = await listStreams(parts.database, noun, point, page);
    return streams.flatMap(({ place, facts }) => {
      const item = from(eventsOf(facts, noun));
      return item === undefined ? [] : [{ ...item, place }];
    });
  };
}
