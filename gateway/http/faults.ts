import type { Logger } from 'pino';
import { LedgerUnavailable } from '#ledger/ledger.ts';
import { StoreAhead, StoreUnavailable } from '#projections/eventStore.ts';
import { isDatabaseOutage } from '#projections/ingest/outage.ts';
import { RequestError } from './requestError.ts';

/** What a caller hears of anything that was thrown: a code it can act on, or ERR_INTERNAL. */
export function requestErrorOf(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  if (error instanceof LedgerUnavailable)
    return new RequestError('ERR_LEDGER_UNAVAILABLE', 'the ledger cannot be reached now', error);
  if (isDatabaseOutage(error))
    return new RequestError('ERR_DATABASE_UNAVAILABLE', 'the database cannot be reached now', error);
  if (error instanceof StoreUnavailable)
    return new RequestError('ERR_STORE_UNAVAILABLE', 'the event store cannot be reached now', error);
  if (error instanceof StoreAhead)
    return new RequestError('ERR_STORE_AHEAD', 'the event store is not the one of this ledger', error);
  return new RequestError('ERR_INTERNAL', 'something failed inside; it is in the log of this node', error);
}

/** Logs a fault with its causes, but without their messages: those of drivers and parsers quote values. */
export function logFault(logger: Logger, error: RequestError): void {
  const causes = [...causesOf(error)].map(({ name, stack, ...rest }) => ({
    name,
    code: 'code' in rest ? String(rest.code) : undefined,
    at: stack?.split('\n').filter((line) => line.startsWith('    at ')),
  }));
  logger.error({ code: error.code, causes }, 'request failed');
}

function* causesOf(error: unknown): Iterable<Error> {
  let cause = error;
  for (let depth = 0; depth < 8 && cause instanceof Error; depth += 1, cause = cause.cause) {
    yield cause;
    if (cause instanceof AggregateError) yield* cause.errors.filter((each) => each instanceof Error);
  }
}
