import { errorCode } from '#domain/errorCode.ts';
import type { Settled } from '#projections/webhooks/settleDeliveries.ts';
import type { Posted } from './post.ts';

type Result = Pick<Settled, 'result' | 'failure'>;

/** Says what came of sending something once. Never rejects. */
export async function attempt(send: () => Promise<Posted>): Promise<Result> {
  try {
    return resultOf(await send());
  } catch (error) {
    return { result: 'failed', failure: String(errorCode(error)) };
  }
}

// What the subscriber says of this text alone is its own; everything else is about the address: redirects, being asked to come
// later, and servers in trouble.
const aboutTheAddress = new Set([408, 421, 425, 429]);

function resultOf({ status, err }: Posted): Result {
  const failure = err === undefined ? `HTTP ${status}` : `HTTP ${status} ${err}`;
  if (status >= 200 && status < 300) return { result: 'delivered', failure: null };
  if (status === 410) return { result: 'gone', failure };
  const isRefusal = status >= 400 && status < 500 && !aboutTheAddress.has(status);
  return { result: isRefusal ? 'refused' : 'failed', failure };
}
