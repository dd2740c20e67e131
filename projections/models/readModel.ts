import type { EventsByNoun } from '#domain/anyEvent.ts';
import { nounOf, type Fact, type LedgerEvent, type Noun } from '#domain/envelope.ts';
import type { Place } from '../place.ts';
import type { Trx } from '../postgres/database.ts';

/** One fact on its way into the read models. */
export type ProjectedEvent<E extends Fact = Fact> = {
  readonly place: Place;
  readonly transactionId: string;
  readonly event: LedgerEvent<E>;
  /** The event's canonical JSON, verbatim. */
  readonly body: string;
};

/** Where a page is folded into: the live tables, or a shadow of them. */
export type ModelTarget = { readonly trx: Trx; readonly schema: string };

/** A fold of the ledger's facts into tables of its own; pages come in ledger order, each exactly once. */
export type ReadModel = {
  readonly tables: readonly string[];
  readonly project: (page: readonly ProjectedEvent[], target: ModelTarget) => Promise<void>;
  /** Takes events again whose private values have come late. Models that do not depend on them have none. */
  readonly heal?: (page: readonly ProjectedEvent[], target: ModelTarget) => Promise<void>;
};

/** The page's events of one noun. */
export function eventsOf<N extends Noun>(
  page: readonly ProjectedEvent[],
  noun: N,
): readonly ProjectedEvent<EventsByNoun[N]>[] {
  const events = grouped(page).get(noun) ?? [];
  // The noun's decider wrote them; a type that nobody here knows ends in the fold's `unreachable`.
  return events as unknown as readonly ProjectedEvent<EventsByNoun[N]>[];
}

type Grouped = ReadonlyMap<Noun, readonly ProjectedEvent[]>;
// Every read model asks the same page, one after the other.
const groupedPages = new WeakMap<readonly ProjectedEvent[], Grouped>();

function grouped(page: readonly ProjectedEvent[]): Grouped {
  const groups = groupedPages.get(page) ?? Map.groupBy(page, ({ event }) => nounOf(event.stream));
  groupedPages.set(page, groups);
  return groups;
}
