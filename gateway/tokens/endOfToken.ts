import { decodeJwt } from 'jose';

/** When the token of an `Authorization` header ends, in seconds since 1970. The token has been checked before. */
export function endOfToken(authorization: string | undefined): number | undefined {
  return authorization === undefined ? undefined : decodeJwt(authorization.replace(/^Bearer /i, '')).exp;
}
