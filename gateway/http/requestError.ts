/** Errors that end a whole request, with the HTTP status each one has. Codes are stable. */
const statuses = {
  ERR_MALFORMED: 400,
  ERR_PERIOD_INVALID: 400, // it would end before it begins
  ERR_POINT_IN_FUTURE: 400, // as of a block or a time that has not come yet
  ERR_POINTS_CONTRADICT: 400, // as of a time and a block that are not the same point
  ERR_QUERY_TOO_COMPLEX: 400,
  ERR_UNAUTHENTICATED: 401,
  ERR_TOKEN_EXPIRED: 401,
  ERR_TOKEN_INVALID: 401,
  ERR_FORBIDDEN: 403,
  ERR_PARTY_NOT_ACTIVE: 403,
  ERR_OTHER_AGENCY: 403, // the officers of that agency are not served here
  ERR_NO_SUCH_PAGE: 404,
  ERR_METHOD_NOT_ALLOWED: 405,
  ERR_NOT_ACCEPTABLE: 406, // a subscription, and the caller takes no event stream
  ERR_POSITION_AHEAD: 409, // to go on from where this node has not been: it was restored, or the position is of another one
  ERR_POSITION_UNKNOWN: 409, // something else stands there
  ERR_BODY_TOO_LARGE: 413,
  ERR_MEDIA_TYPE: 415,
  ERR_TOO_MANY_SUBSCRIPTIONS: 429,
  ERR_INTERNAL: 500,
  ERR_LEDGER_UNAVAILABLE: 503,
  ERR_DATABASE_UNAVAILABLE: 503,
  ERR_STORE_UNAVAILABLE: 503,
  ERR_STORE_AHEAD: 503, // the node's event store holds what the ledger does not: it is another's, or was changed
  ERR_CATCHING_UP: 503, // it has begun, or was restored, and has not read what the ledger held then
  ERR_NODE_STOPPING: 503,
  ERR_NOT_YET_VISIBLE: 503, // the fact is on the ledger, but this node has not read it yet
} as const;

/** Why a request got no answer at all. */
export type RequestErrorCode = keyof typeof statuses;

/** Ends a request without an answer. The message is for the caller and never holds a value. */
export class RequestError extends Error {
  readonly code: RequestErrorCode;
  readonly status: number;

  constructor(code: RequestErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'RequestError';
    this.code = code;
    this.status = statuses[code];
  }
}
