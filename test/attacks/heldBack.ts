import { describe, expect, it } from '@jest/globals';
import type { Submission } from '#ledger/ledger.ts';
import type { Endorsed } from '#ledger/transactor.ts';
import { codeOf, standing, suspension } from '#test/conformance/office.ts';
import { eventually } from '#test/eventually.ts';
import { newId, newSigner, officerOf, order, type Signer } from '#test/registry.ts';
import { consentOrder } from '#test/consentOrder.ts';
import { nothing, watch, type Aftermath } from './aftermath.ts';
import { rogue, type Siege } from './siege.ts';

const stream = `agency-${rogue}`;

/** Has two agencies endorse what is in order now, and keeps it. */
async function hold(siege: Siege, submission: Submission): Promise<Endorsed> {
  const endorsed = await eventually(() => siege.transactor(rogue).endorse([submission])); // peers learn of what came before one after the other
  expect(endorsed.outcomes.map(codeOf)).toEqual(['']);
  return endorsed;
}

const release = async (siege: Siege, streams: readonly string[], held: Endorsed): Promise<Aftermath> =>
  watch(siege, streams, async () => {
    await held.commit();
    return held.transactionId;
  });

/** A new registrar of the malicious agency. */
async function hire({ people, ledger }: Siege, until?: string): Promise<Signer> {
  const clerk = newSigner(newId());
  const data = { ...officerOf(clerk, ['registrar']), ...(until !== undefined && { validUntil: until }) };
  standing(await ledger(rogue).submit(order({ stream, type: 'AddOfficer', data }, people[rogue])));
  return clerk;
}

export function describeHeldBack(siege: () => Siege): void {
  const own = () => siege().people[rogue];

  describe('an endorsed transaction that is held back', () => {
    it('changes nothing once its stream has moved on', async () => {
      const person = await siege().registered();
      const held = await hold(siege(), suspension(person, {}, own()));
      const { signer } = siege().people['civil-registry'];
      for (const type of ['SuspendIdentity', 'ReinstateIdentity']) {
        const turn = { stream: person, type, data: { reason: 'court-order' } };
        standing(await siege().ledger('civil-registry').submit(order(turn, { signer })));
      }
      expect(await release(siege(), [person], held)).toEqual(nothing(11));
    });

    it('changes nothing once its officer was removed, though its own stream did not move', async () => {
      const person = await siege().registered();
      const clerk = await hire(siege());
      const held = await hold(siege(), suspension(person, {}, { ...own(), signer: clerk }));
      const data = { officer: clerk.officer, reason: 'end-of-service' };
      standing(
        await siege()
          .ledger(rogue)
          .submit(order({ stream, type: 'RemoveOfficer', data }, own())),
      );
      expect(await release(siege(), [person], held)).toEqual(nothing(11));
    });
  });

  describeHeldConsent(siege);
  describeLate(siege);
}

function describeHeldConsent(siege: () => Siege): void {
  describe('an endorsed consent that is held back', () => {
    it('gives no consent again that was withdrawn', async () => {
      const consent = consentOrder();
      const held = await hold(siege(), consent);
      standing(await siege().ledger('civil-registry').submit(consent));
      const withdrawal = order({ stream: consent.command.stream, type: 'WithdrawConsent', data: {} });
      standing(await siege().ledger('civil-registry').submit(withdrawal));
      expect(await release(siege(), [consent.command.stream], held)).toEqual(nothing(11));
    });
  });
}

/** What MVCC does not stop, because nothing that was read has changed. */
function describeLate(siege: () => Siege): void {
  describe('an endorsed transaction that is released late, and of which nothing has changed', () => {
    it('stands, with the time of its endorsement: the end of an officer is judged then, and the block shows the delay', async () => {
      const person = await siege().registered();
      const until = new Date(Date.now() + 4000).toISOString();
      const clerk = await hire(siege(), until);
      const held = await hold(siege(), suspension(person, {}, { ...siege().people[rogue], signer: clerk }));
      await eventually(() => expect(new Date().toISOString() > until).toBe(true));
      const { codes, changed, faults } = await release(siege(), [person], held);
      expect({ codes, changed, faults }).toEqual({ codes: [[0], [0]], changed: [person], faults: [] });
      const [, late] = await siege().ledger('civil-registry').history(person);
      expect(late?.at ?? '').toMatch(/Z$/);
      expect((late?.at ?? '') < until).toBe(true);
      expect(late?.by).toEqual({ agency: rogue, officer: clerk.officer });
    });
  });
}
