import { illFormed, isWellFormed } from '#domain/wellFormed.ts';
import { RequestError } from './requestError.ts';

/** JSON that every store can keep. Throws a RequestError that quotes nothing. */
export function parseWellFormedJson(text: string): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new RequestError('ERR_MALFORMED', 'the body is not JSON'); // the parser's message would quote the body
  }
  refuseIllFormed(parsed);
  return parsed;
}

/** Throws a RequestError when a value, or anything inside it, cannot be kept. */
export function refuseIllFormed(value: unknown): void {
  if (!isWellFormed(value)) throw new RequestError('ERR_MALFORMED', illFormed);
}
