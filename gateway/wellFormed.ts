import { illFormed, isWellFormed } from '#domain/wellFormed.ts';
import { RequestError } from './requestError.ts';

/** JSON whose texts can be kept by every store. Throws a RequestError that quotes nothing. */
export function parseWellFormedJson(text: string): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new RequestError('ERR_MALFORMED', 'the body is not JSON'); // the parser's message would quote the body
  }
  refuseIllFormedTexts(parsed);
  return parsed;
}

/** Throws a RequestError when a text anywhere inside, or a name of a member, cannot be kept. */
export function refuseIllFormedTexts(value: unknown): void {
  if (!isWellFormed(value)) throw new RequestError('ERR_MALFORMED', illFormed);
}
