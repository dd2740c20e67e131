import type { Ledger } from '#ledger/ledger.ts';
import type { Ingest } from '#projections/ingest/ingest.ts';
import { RequestError } from './http/requestError.ts';

/** Whether this node may serve: not before it has folded all that the ledger held when the gateway began. */
export type CatchUp = {
  /** Throws a RequestError while it may not, and a LedgerUnavailable while nobody can say how far the ledger is. */
  readonly check: () => Promise<void>;
};

/**
 * A node that was restored or was away for long does not know of erasures, withdrawals and corrections since. It learns
 * once how far the ledger is, from other agencies too, and answers nothing about anybody until it is there.
 */
export function createCatchUp({
  ledger,
  ingest,
}: {
  readonly ledger: Pick<Ledger, 'tip'>;
  readonly ingest: Pick<Ingest, 'height' | 'status'>;
}): CatchUp {
  let asking: Promise<number> | undefined;
  let isThere = false;
  const tip = (): Promise<number> =>
    (asking ??= ledger.tip().catch((error: unknown) => {
      asking = undefined; // whoever comes next asks again
      throw error;
    }));
  const check = async (): Promise<void> => {
    const status = ingest.status();
    if (status.state === 'stopped' && status.code === 'ERR_STORE_AHEAD')
      throw new RequestError('ERR_STORE_AHEAD', 'the event store of this node is not the one of its ledger');
    if (isThere) return;
    if (ingest.height() < (await tip()))
      throw new RequestError('ERR_CATCHING_UP', 'this node does not serve before it has read what the ledger holds');
    isThere = true;
  };
  void check().catch(() => undefined); // asks at once: what comes on the ledger later need not be waited for
  return { check };
}
