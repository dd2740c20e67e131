import { Refused } from '../refused.ts';

/** A party's own name for its transaction: printable ASCII, at most 128 characters. Refuses others. */
export function checkTransactionName(name: string): void {
  if (!/^[\x21-\x7e]{1,128}$/.test(name))
    throw new Refused('ERR_MALFORMED', 'transaction: 1 to 128 printable ASCII characters');
}
