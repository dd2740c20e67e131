import { RequestError } from '../http/requestError.ts';
import { Refused } from '../refused.ts';

/** Turns a refusal into an error of the request: a list has no place for one among its types. */
export function asForbidden(error: unknown): never {
  throw error instanceof Refused ? new RequestError('ERR_FORBIDDEN', error.reason, error) : error;
}
