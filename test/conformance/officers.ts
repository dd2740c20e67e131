import { describe, expect, it } from '@jest/globals';
import type { Submission } from '#ledger/ledger.ts';
import { newId, newSigner, officerOf, order, registration } from '#test/registry.ts';
import { civil, codeOf, elections, standing, type Office } from './office.ts';

const stream = 'agency-civil-registry';

export function describeOfficers(office: Office): void {
  describe('an officer', () => {
    it('who is removed in a batch does nothing later in it', async () => {
      const clerk = newSigner(newId());
      const { signer } = civil;
      const addition = { stream, type: 'AddOfficer', data: officerOf(clerk, ['registrar']) };
      standing(await office.submit(order(addition, { signer })));
      const data = { officer: clerk.officer, reason: 'end-of-service' };
      const removal = order({ stream, type: 'RemoveOfficer', data, seen: 2 }, { signer });
      const batch = [registration(clerk), removal, registration(clerk)];
      const { outcomes } = await office.bed().transactor('civil-registry').endorse(batch);
      expect(outcomes.map(codeOf)).toEqual(['', '', 'ERR_AUTHORITY_INVALID']);
      standing(await office.submit(removal));
      expect(codeOf(await office.submit(registration(clerk)))).toBe('ERR_AUTHORITY_INVALID');
    });

    it('of another agency, a forged signature and none at all order nothing', async () => {
      const own = registration(civil.signer);
      const answers = await office.submitAll([registration(elections.signer), ...tampered(own)]);
      expect(answers.map(codeOf)).toEqual([
        ...['ERR_AUTHORITY_INVALID', 'ERR_AUTHORITY_INVALID', 'ERR_AUTHORITY_INVALID', 'ERR_AUTHORITY_MISSING'],
      ]);
      expect(codeOf(await office.submit(own, 'election-office'))).toBe('ERR_AUTHORITY_INVALID');
      expect(await office.history(own.command.stream)).toEqual([]);
    });
  });
}

/** The same order under another name, with a made-up signature, and with none. */
function tampered({ command, disclosures = [] }: Submission): readonly Submission[] {
  const { authority, ...unsigned } = command;
  if (authority === undefined) throw new Error('an order with authority');
  return [
    { command: { ...command, authority: { ...authority, officer: 'somebody' } }, disclosures },
    { command: { ...command, authority: { ...authority, signature: 'A'.repeat(86) } }, disclosures },
    { command: unsigned, disclosures },
  ];
}
