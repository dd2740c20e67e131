import type { Tombstone } from '#projections/models/tombstones.ts';
import type { Builder } from './builder.ts';
import type { Words } from './country.ts';

/** What is left of a person who was erased. */
export function addTombstone(builder: Builder, words: Words) {
  return builder.objectRef<Tombstone>('Tombstone').implement({
    description:
      'The person was erased: what had happened stays on the ledger, every value is gone at every point in time.',
    fields: (t) => ({
      erasedAt: t.field({ type: 'Instant', resolve: ({ at }) => at }),
      block: t.exposeInt('block'),
      reason: t.field({ type: words.reason, resolve: ({ reason }) => reason }),
    }),
  });
}

/** The type `Tombstone` of the schema. */
export type TombstoneRef = ReturnType<typeof addTombstone>;
