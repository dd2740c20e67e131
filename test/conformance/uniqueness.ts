import { describe, expect, it } from '@jest/globals';
import type { Submission } from '#ledger/ledger.ts';
import { newNumber, registration } from '#test/registry.ts';
import { civil, codeOf, elections, standing, type Office } from './office.ts';

/** Two people with one number: one at the civil registry, one at the election office. */
function twins(): readonly [Submission, Submission] {
  const identityNumber = newNumber();
  return [registration(civil.signer, { identityNumber }), registration(elections.signer, { identityNumber })];
}

export function describeUniqueness(office: Office): void {
  describe('an identity number', () => {
    it('is given once inside one batch', async () => {
      const identityNumber = newNumber();
      const batch = [registration(civil.signer, { identityNumber }), registration(civil.signer, { identityNumber })];
      const { outcomes } = await office.bed().transactor('civil-registry').endorse(batch);
      expect(outcomes.map(codeOf)).toEqual(['', 'ERR_NOT_UNIQUE']);
      expect((await office.submitAll(batch)).map(codeOf)).toEqual(['', 'ERR_NOT_UNIQUE']);
    });

    it('is given once in two batches', async () => {
      const [one, other] = twins();
      standing(await office.submit(one));
      expect(codeOf(await office.submit(other, 'election-office'))).toBe('ERR_NOT_UNIQUE');
    });

    it('is given once to two agencies that ask at the same moment', async () => {
      for (let round = 0; round < 5; round += 1) {
        const [one, other] = twins();
        const answers = await Promise.all([office.submit(one), office.submit(other, 'election-office')]);
        expect(answers.map(codeOf).sort()).toEqual(['', 'ERR_NOT_UNIQUE']);
      }
    });

    it('is given once to two transactions that were both endorsed before either was ordered', async () => {
      const [one, other] = twins();
      const first = await office.bed().transactor('civil-registry').endorse([one]);
      const second = await office.bed().transactor('election-office').endorse([other]);
      expect([...first.outcomes, ...second.outcomes].map(codeOf)).toEqual(['', '']);
      const results = [await first.commit(), await second.commit()];
      expect(results.map(({ code }) => code)).toEqual([0, 11]);
    });
  });
}
