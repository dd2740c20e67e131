import type { Place } from '#projections/place.ts';
import { RequestError } from '../http/requestError.ts';

/** Where a caller has read to: a place on the ledger and, of a fact, the beginning of its hash, which tells it from others'. */
export type Cursor = { readonly place: Place; readonly mark?: string | undefined };

/** What stands at a place, as far as a cursor names it. */
export type Placed = { readonly place: Place; readonly hash?: string };

const markLength = 8; // 48 bits: enough to notice that another history stands there, which nobody could gain from hiding

/** The cursor of what stands at a place; callers need not understand it. */
export function cursorOf({ place: { block, transaction, index }, hash }: Placed): string {
  const parts = [block, transaction, index, ...(hash === undefined ? [] : [hash.slice(0, markLength)])];
  return Buffer.from(`place:${parts.join('.')}`).toString('base64url');
}

/** Reads a cursor that a page or a subscription gave. Throws a RequestError for anything else. */
export function readCursor(cursor: string): Cursor {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, block, transaction, index, mark] =
    /^place:(\d{1,15})\.(\d{1,9})\.(\d{1,9})(?:\.([\w-]{8}))?$/.exec(text) ?? [];
  if (index === undefined) throw new RequestError('ERR_MALFORMED', 'a cursor is one that an earlier page gave');
  return { place: { block: Number(block), transaction: Number(transaction), index: Number(index) }, mark };
}
