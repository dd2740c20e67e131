import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FabricConnection } from '#ledger/fabric/connection.ts';
import type { Submission } from '#ledger/ledger.ts';
import type { Transactor } from '#ledger/transactor.ts';
import { connectionOf } from '#network/connection.ts';
import { codeOf, standing, suspension } from '#test/conformance/office.ts';
import { newId, order, registration } from '#test/registry.ts';
import { nothing, watch } from './aftermath.ts';
import { honest, rogue, type Siege } from './siege.ts';
import { turnChaincode } from './turnedChaincode.ts';

/** The rogue and one other: left to itself, a node goes on to those who agree without the rogue. */
const pairOnly: Partial<FabricConnection> = { endorsement: { agencies: [rogue, honest[0]], required: 2 } };

/** What no officer ordered. */
const unordered = (stream: string): Submission =>
  order({ stream, type: 'RecordDeath', data: { reason: 'death-certificate' } });

const lying = ['accepts everything', 'writes other bytes', 'answers otherwise'];
const failing = ['fails at everything', 'never answers'];

export function describeTurnedRules(siege: () => Siege): void {
  describe.each(lying)('an agency whose chaincode %s', (behaviour) => {
    beforeAll(() => turnChaincode(siege(), behaviour), 60_000);
    afterAll(() => turnChaincode(siege()), 60_000);

    it('gets nothing endorsed together with another agency', async () => {
      const person = await siege().registered();
      for (const lie of [unordered(person), suspension(person, {}, siege().people[rogue])]) {
        const endorsed = siege().transactor(rogue, pairOnly).endorse([lie]);
        await expect(endorsed).rejects.toMatchObject({ name: 'EndorsementFailed' });
      }
      for (const agency of honest) expect(await siege().ledger(agency).history(person)).toHaveLength(1);
    });
  });

  describe.each([...lying, ...failing])('an agency whose chaincode %s', (behaviour) => {
    beforeAll(() => turnChaincode(siege(), behaviour), 60_000);
    afterAll(() => turnChaincode(siege()), 60_000);

    it('stops nobody: the others agree without it', async () => {
      const orders = honest.flatMap((agency) =>
        Array.from({ length: 6 }, () => ({ agency, submission: registration(siege().people[agency].signer) })),
      );
      const answers = await Promise.all(
        orders.map(({ agency, submission }) => siege().ledger(agency).submit(submission)),
      );
      expect(answers.map(standing).map(({ version }) => version)).toEqual(orders.map(() => 1));
      const strangers = honest.map((agency) => suspension(`identity-${newId()}`, {}, siege().people[agency]));
      const refused = await Promise.all(
        strangers.map((each, index) =>
          siege()
            .ledger(honest[index] ?? rogue)
            .submit(each),
        ),
      );
      expect(refused.map(codeOf)).toEqual(honest.map(() => 'ERR_NOT_FOUND'));
    });
  });
}

export function describeLoneEndorsement(siege: () => Siege): void {
  const alone = (): Transactor => siege().transactor(rogue, ownPeerOnly(connectionOf(siege().description(), rogue)));

  describe.each(['accepts everything', 'writes other bytes'])(
    'what a chaincode that %s endorsed alone',
    (behaviour) => {
      beforeAll(() => turnChaincode(siege(), behaviour), 60_000);
      afterAll(() => turnChaincode(siege()), 60_000);

      it('changes no fact when it is ordered all the same', async () => {
        const person = await siege().registered();
        const aftermath = await watch(siege(), [person], async () => {
          const endorsed = await alone().endorse([suspension(person, {}, siege().people[rogue])]);
          await endorsed.commit();
          return endorsed.transactionId;
        });
        expect(aftermath).toEqual(nothing(10));
      });
    },
  );
}

function ownPeerOnly({ peers }: FabricConnection): Pick<FabricConnection, 'peers' | 'endorsement'> {
  return { peers: peers.filter(({ agency }) => agency === rogue), endorsement: { agencies: [rogue], required: 1 } };
}
