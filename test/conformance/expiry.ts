import { describe, expect, it } from '@jest/globals';
import type { Submission } from '#ledger/ledger.ts';
import { consentOrder } from '#test/consentOrder.ts';
import { eventually } from '#test/eventually.ts';
import { order } from '#test/registry.ts';
import { codeOf, standing, type Office } from './office.ts';

const seconds = (count: number) => count / 86_400; // days

export function describeExpiry(office: Office): void {
  describe('the end of a consent', () => {
    const end = (stream: string): Submission =>
      order({ stream, type: 'ExpireConsent', data: {}, id: `end-of-${stream}`, seen: 1 });

    it('is not said while it counts, and once by however many nodes when it is over', async () => {
      const consent = consentOrder(seconds(5));
      const { stream, data } = consent.command;
      standing(await office.submit(consent));
      expect(codeOf(await office.submit(end(stream)))).toBe('ERR_STILL_IN_FORCE');
      await eventually(() => expect(new Date().toISOString() > String(data['validUntil'])).toBe(true));
      const nodes = ['civil-registry', 'election-office', 'social-protection'] as const;
      const answers = await Promise.all(nodes.map((agency) => office.submit(end(stream), agency)));
      expect(answers.map(codeOf)).toEqual(['', '', '']);
      await eventually(async () =>
        expect((await office.history(stream)).map(({ type }) => type)).toEqual(['ConsentGiven', 'ConsentExpired']),
      );
    });
  });
}
