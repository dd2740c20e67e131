import type { LedgerEvent } from '#domain/envelope.ts';
import { disclosureDigest } from '#domain/seal/disclosure.ts';
import { keyCommitment, openEntry, readSealed } from '#domain/seal/sealing.ts';
import { orUndefined } from './orUndefined.ts';
import type { BlindIndex } from '../models/blindIndexes.ts';
import type { Keystore } from './keystore.ts';
import { openValues } from './opening.ts';

/** A fact with its sealed entry, the content key that opens it, and by what it will be found. */
export type OpenableFact = {
  readonly event: LedgerEvent;
  readonly class: string;
  readonly entry: Uint8Array;
  readonly contentKey: Uint8Array;
  readonly indexes: readonly BlindIndex[];
};

/** Why a private value that this agency holds cannot be served. */
export type Unfit =
  | 'ERR_ENTRY_MISSING' // it has not come yet
  | 'ERR_ENTRY_UNREADABLE' // what came is no sealed entry
  | 'ERR_ENTRY_MISPLACED' // it was sealed for another fact
  | 'ERR_WRAP_MISSING' // it was not sealed for this agency: a member hands the key over
  | 'ERR_WRAP_UNFIT' // none of this agency's transport keys opens what was wrapped for it
  | 'ERR_KEY_UNFIT' // not the key that the fact commits to
  | 'ERR_TEXT_UNFIT' // the key does not open the text
  | 'ERR_DIGEST_UNFIT' // the values are not those whose digests stand in the fact
  | 'ERR_VALUE_UNFIT'; // the values are not what their fact speaks of

type IndexesOf = (event: LedgerEvent, opened: () => ReturnType<typeof openValues>) => readonly BlindIndex[];

/** Opens what came for a fact with the agency's transport keys, and checks all of it: two endorsers can seal what they like. */
export function unseal(
  keystore: Keystore,
  indexesOf: IndexesOf,
  { event, entry }: { readonly event: LedgerEvent; readonly entry?: Uint8Array | undefined },
): OpenableFact | Unfit {
  if (entry === undefined) return 'ERR_ENTRY_MISSING';
  const agencies = orUndefined(() => readSealed(entry).agencies);
  if (agencies === undefined) return 'ERR_ENTRY_UNREADABLE';
  if (!agencies.includes(keystore.agency)) return 'ERR_WRAP_MISSING';
  const contentKey = orUndefined(() => keystore.unwrap(entry));
  return contentKey === undefined ? 'ERR_WRAP_UNFIT' : fit(indexesOf, { event, entry, contentKey });
}

/** Checks an entry and a content key against the fact that they belong to. */
export function fit(
  indexesOf: IndexesOf,
  sealed: { readonly event: LedgerEvent; readonly entry: Uint8Array; readonly contentKey: Uint8Array },
): OpenableFact | Unfit {
  const { event, entry, contentKey } = sealed;
  if (event.sealed === undefined) return 'ERR_ENTRY_MISPLACED';
  const { class: className, key, digests } = event.sealed;
  const place = orUndefined(() => readSealed(entry).place);
  if (place === undefined) return 'ERR_ENTRY_UNREADABLE';
  if (place.stream !== event.stream || place.version !== event.version || place.class !== className)
    return 'ERR_ENTRY_MISPLACED';
  if (keyCommitment(contentKey) !== key) return 'ERR_KEY_UNFIT';
  const disclosures = orUndefined(() => openEntry(entry, contentKey));
  if (disclosures === undefined) return 'ERR_TEXT_UNFIT';
  const came = orUndefined(() => disclosures.map(disclosureDigest).sort().join());
  if (came !== digests.join()) return 'ERR_DIGEST_UNFIT';
  const indexes = orUndefined(() => indexesOf(event, () => openValues(entry, contentKey)));
  return indexes === undefined ? 'ERR_VALUE_UNFIT' : { event, class: className, entry, contentKey, indexes };
}
