import { describe, expect, it } from '@jest/globals';
import { consentOrder } from '#test/consentOrder.ts';
import { readBlocks } from '#test/conformance/blockBytes.ts';
import { codeOf, standing, suspension } from '#test/conformance/office.ts';
import { ledgerEventsOf } from '#ledger/blocks/ledgerEvents.ts';
import { newId, order, registration } from '#test/registry.ts';
import { rogue, type Siege } from './siege.ts';

export function describeBulk(siege: () => Siege): void {
  describe('a node that states facts in bulk', () => {
    it('does it under its own name: every one says which agency and which officer, at every honest agency', async () => {
      const { ledger, people } = siege();
      const { signer } = people[rogue];
      const strangers = await Promise.all(Array.from({ length: 5 }, () => siege().registered()));
      const orders = [
        ...Array.from({ length: 20 }, () => registration(signer)),
        ...strangers.map((person) => suspension(person, {}, people[rogue])), // any registrar may, of any agency
        ...Array.from({ length: 20 }, () => consentOrder()), // consents come from nodes, in a person's name
      ];
      const answers = await Promise.all(orders.map((each) => ledger(rogue).submit(each)));
      const blocks = await readBlocks(ledger('civil-registry'));
      const stated = new Set(answers.map(standing).flatMap(({ events }) => events.map(({ command }) => command)));
      const found = blocks
        .flatMap(({ block }) => ledgerEventsOf(block))
        .filter(({ event }) => stated.has(event.command));
      expect(found).toHaveLength(orders.length);
      expect(new Set(found.map(({ event }) => event.by.agency))).toEqual(new Set([rogue]));
      const byOfficer = found.filter(({ event }) => event.by.officer === signer.officer);
      expect(byOfficer).toHaveLength(25);
    });

    it('states nothing that takes the agreement of a second agency', async () => {
      const { ledger, people } = siege();
      const person = await siege().registered();
      const ends = ['RecordDeath', 'DeactivateIdentity', 'MergeIdentity', 'EraseIdentity'] as const;
      const more = { MergeIdentity: { into: newId() }, EraseIdentity: { proposals: [] } };
      const answers = await Promise.all(
        ends.map((type) => {
          const data = { reason: 'court-order', ...(type in more && more[type as keyof typeof more]) }; // asked in the line itself
          return ledger(rogue).submit(order({ stream: person, type, data }, people[rogue]));
        }),
      );
      expect(answers.map(codeOf)).toEqual(ends.map(() => 'ERR_APPROVAL_MISSING'));
      expect(await ledger('civil-registry').history(person)).toHaveLength(1);
    });
  });
}
