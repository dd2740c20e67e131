import type { Proposal } from '#domain/proposal/decider.ts';
import { Refusal } from '#domain/refusal.ts';
import { sealedKey } from './keys.ts';
import { getEvents } from './stored.ts';
import { findHead } from './streams.ts';
import type { Overlay } from './worldState.ts';

/** A private entry, by its collection and key. */
type PrivatePlace = { readonly class: string; readonly key: string };

/**
 * Where the private values of a stream lie that is erased, and those of these proposals about it; nothing where nothing is
 * erased. Throws a Refusal on a proposal about another stream.
 */
export async function placesToPurge(
  overlay: Overlay,
  stream: string,
  proposals: readonly string[] | undefined,
): Promise<readonly PrivatePlace[]> {
  if (proposals === undefined) return [];
  const places = [...(await placesOf(overlay, stream))];
  for (const proposal of proposals) {
    const about = `proposal-${proposal}`;
    const state = (await findHead(overlay, about))?.state as Proposal | undefined; // folded by the decider of proposals
    if (state === undefined || state.status === 'unknown' || state.order.stream !== stream)
      throw new Refusal('ERR_NOT_FOUND', 'a proposal that is named is none about this stream');
    places.push(...(await placesOf(overlay, about)));
  }
  return places;
}

async function placesOf(overlay: Overlay, stream: string): Promise<readonly PrivatePlace[]> {
  const newest = (await findHead(overlay, stream))?.version ?? 0;
  const events = await getEvents(overlay, stream, { first: 1, last: newest });
  return events.flatMap(({ sealed, version }) =>
    sealed === undefined ? [] : [{ class: sealed.class, key: sealedKey(stream, version) }],
  );
}
