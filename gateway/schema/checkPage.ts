import { RequestError } from '../http/requestError.ts';

type Asked = { readonly offset: number; readonly limit: number };

/** From where to where a page goes. Refuses what no list has: a cursor is a text, and anybody can write one. */
export function checkPage({ offset, limit }: Asked): { readonly offset: number; readonly end: number } {
  const end = offset + limit;
  if (Number.isSafeInteger(end) && offset >= 0 && end < 2 ** 31) return { offset, end };
  throw new RequestError('ERR_MALFORMED', 'a cursor is one that an earlier page gave');
}
