import { describe, expect, it } from '@jest/globals';
import { registration } from '#test/registry.ts';
import { readBlocks } from './blockBytes.ts';
import { civil, codeOf, standing, suspension, type Office } from './office.ts';

export function describeBatches(office: Office): void {
  describe('a batch', () => {
    it('that is larger than a transaction may be is divided, and every command gets its own answer', async () => {
      const batch = Array.from({ length: 60 }, () => registration(civil.signer));
      const answers = (await office.submitAll(batch)).map(standing);
      expect(answers.map(({ events }) => events[0]?.command)).toEqual(batch.map(({ command }) => command.id));
      expect(new Set(answers.map(({ events }) => events[0]?.at)).size).toBeGreaterThan(1);
    });

    it('that is larger than the chaincode takes is not endorsed', async () => {
      const batch = Array.from({ length: 201 }, () => suspension('identity-nobody'));
      const endorsed = office.bed().transactor('civil-registry').endorse(batch);
      await expect(endorsed).rejects.toMatchObject({ name: 'EndorsementFailed', retryable: false });
    });
  });
}

export function describeTransactions(office: Office): void {
  describe('a transaction', () => {
    it('that is older than the last event of its stream is refused', async () => {
      const stream = await office.registered();
      const { outcomes } = await office
        .bed()
        .transactor('civil-registry', -60_000)
        .endorse([suspension(stream)]);
      expect(outcomes.map(codeOf)).toEqual(['ERR_BACKDATED']);
    });

    it.each([-600_000, 600_000])('whose clock is %d ms wrong is not endorsed at all', async (offset) => {
      const endorsed = office
        .bed()
        .transactor('civil-registry', offset)
        .endorse([registration(civil.signer)]);
      await expect(endorsed).rejects.toThrow('incorrect timestamp');
    });

    it('that is submitted twice happens once', async () => {
      const submission = registration(civil.signer);
      const endorsed = await office.bed().transactor('civil-registry').endorse([submission]);
      const first = await endorsed.commit();
      const second = await endorsed.commit();
      expect(first.code).toBe(0);
      // Who is asked again may know what became of it the first time; a duplicate in a block has code 9.
      expect(second.code === 9 || second.block === first.block).toBe(true);
      const blocks = await readBlocks(office.bed().ledger('civil-registry'));
      const same = blocks.flatMap(({ block }) => block.transactions).filter(({ id }) => id === endorsed.transactionId);
      expect(same.filter(({ code }) => code === 0)).toHaveLength(1);
      expect(await office.history(submission.command.stream)).toHaveLength(1);
    });
  });
}
