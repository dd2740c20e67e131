import { describe, expect, it } from '@jest/globals';
import { eventually } from '#test/eventually.ts';
import { transactorWithClock } from '#test/conformance/fabricClock.ts';
import { connectionOf } from '#network/connection.ts';
import { codeOf, suspension } from '#test/conformance/office.ts';
import { nothing, strike } from './aftermath.ts';
import { falseDeath } from './forgeries.ts';
import { forgeTransaction } from './forgedTransaction.ts';
import { honestOnly, rogue, type Siege } from './siege.ts';

export function describeWrongTimes(siege: () => Siege): void {
  const withClock = (offset: number) => {
    const connection = connectionOf(siege().description(), rogue);
    return transactorWithClock({ ...connection, ...honestOnly(connection) }, offset);
  };

  describe('a transaction with a time of its own choice', () => {
    it.each([-150_000, -3_600_000, 150_000, 86_400_000])(
      'is endorsed by no honest agency when it is %d ms away from now',
      async (offset) => {
        const person = await siege().registered();
        const endorsed = withClock(offset).endorse([suspension(person, {}, siege().people[rogue])]);
        await expect(endorsed).rejects.toThrow('incorrect timestamp');
        expect(await siege().ledger('civil-registry').history(person)).toHaveLength(1);
      },
    );

    it('within the two minutes that clocks may differ by cannot come before what its stream holds', async () => {
      const person = await siege().registered();
      const suspend = suspension(person, {}, siege().people[rogue]);
      // A peer that has the registration a moment later than the other would decide otherwise.
      const { outcomes } = await eventually(() => withClock(-100_000).endorse([suspend]));
      expect(outcomes.map(codeOf)).toEqual(['ERR_BACKDATED']);
    });

    it.each([-86_400_000, 86_400_000])('that its own agency alone endorsed changes nothing: %d ms', async (offset) => {
      const person = await siege().registered();
      const { client: creator, peer } = siege().keys(rogue);
      const at = new Date(Date.now() + offset);
      const writes = await falseDeath(siege(), person);
      const forged = forgeTransaction({ creator, endorsers: [peer], writes, at });
      expect(await strike(siege(), [person], forged)).toEqual(nothing(10));
    });
  });
}
