import { describe, expect, it } from '@jest/globals';
import { LedgerUnavailable } from '#ledger/ledger.ts';
import { registration } from '#test/registry.ts';
import { civil, standing, type Office } from './office.ts';

/** Takes everything down and up again, so it comes last. */
export function describeRestart(office: Office): void {
  describe('a ledger that is restarted in the middle', () => {
    it('has everything that was acknowledged, and does the rest once when it is asked again', async () => {
      const { height } = await office.bed().ledger('civil-registry').status();
      const batch = Array.from({ length: 120 }, () => registration(civil.signer));
      const underway = batch.map((each) => office.submit(each).then(standing));
      await Promise.race(underway);
      const answering = Promise.allSettled(underway);
      await office.bed().restart();
      for (const answer of await answering) {
        if (answer.status === 'rejected') expect(answer.reason).toBeInstanceOf(LedgerUnavailable);
        else expect(await office.history(answer.value.events[0]?.stream ?? '')).toEqual(answer.value.events);
      }
      (await office.submitAll(batch)).forEach(standing);
      for (const { command } of batch) expect(await office.history(command.stream)).toHaveLength(1);
      expect((await office.bed().ledger('civil-registry').status()).height).toBeGreaterThan(height);
    }, 300_000);
  });
}
