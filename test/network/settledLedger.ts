import { expect } from '@jest/globals';
import type { Ledger } from '#ledger/ledger.ts';
import { eventually } from '../eventually.ts';

/**
 * The ledger as an agency's own peer shows it once it has what any other agency's has: a test that acts at one agency and
 * looks at another does not look at a peer that is a block behind.
 */
export function settled(ledger: Ledger): Ledger {
  const caughtUp = () =>
    eventually(async () => {
      const tip = await ledger.tip();
      expect((await ledger.status()).height).toBeGreaterThanOrEqual(tip);
    }, 60_000);
  return {
    ...ledger,
    head: (stream) => caughtUp().then(() => ledger.head(stream)),
    history: (stream, from) => caughtUp().then(() => ledger.history(stream, from)),
    status: () => caughtUp().then(() => ledger.status()),
  };
}
