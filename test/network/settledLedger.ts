import { setTimeout as pause } from 'node:timers/promises';
import type { Ledger } from '#ledger/ledger.ts';

const patience = 30_000;

/**
 * The ledger whose heads, histories and height are shown once the own peer has what any other agency's has: a test that acts
 * at one agency and looks at another does not look at a peer that is a block behind.
 */
export function settled(ledger: Ledger): Ledger {
  const caughtUp = async (): Promise<void> => {
    const tip = await ledger.tip();
    const deadline = performance.now() + patience;
    while ((await ledger.status()).height < tip) {
      if (performance.now() > deadline) throw new Error(`the own peer does not come to height ${tip}`);
      await pause(25);
    }
  };
  return {
    ...ledger,
    head: (stream) => caughtUp().then(() => ledger.head(stream)),
    history: (stream, from) => caughtUp().then(() => ledger.history(stream, from)),
    status: () => caughtUp().then(() => ledger.status()),
  };
}
