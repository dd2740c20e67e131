import { describe, expect, it } from '@jest/globals';
import { common } from '@hyperledger/fabric-protos';
import { readBlocks } from '#test/conformance/blockBytes.ts';
import { standing, suspension } from '#test/conformance/office.ts';
import { eventually } from '#test/eventually.ts';
import { turnedAway } from './aftermath.ts';
import { honest, rogue, type Siege } from './siege.ts';

/** The envelopes of a committed block, as any member or orderer has them. */
async function envelopesOf(siege: Siege, number: number): Promise<readonly Uint8Array[]> {
  return eventually(async () => {
    const block = (await readBlocks(siege.ledger(rogue)))[number];
    if (block === undefined) throw new Error(`block ${number} has not come`);
    return common.Block.deserializeBinary(block.bytes).getData()?.getDataList_asU8() ?? [];
  });
}

export function describeRepetition(siege: () => Siege): void {
  describe('the bytes of a transaction that was committed', () => {
    it('change nothing when they are sent again, by whoever and however often', async () => {
      const person = await siege().registered();
      const order = suspension(person, {}, siege().people['civil-registry']);
      const { block } = standing(await siege().ledger('civil-registry').submit(order));
      const [bytes = new Uint8Array()] = await envelopesOf(siege(), block);
      for (let time = 0; time < 3; time += 1) {
        const { changed } = await turnedAway(siege(), [person], { id: '', bytes });
        expect(changed).toEqual([]);
      }
      await siege().registered(); // blocks go on
      for (const agency of honest) expect(await validOf(siege(), agency, bytes)).toBe(1);
    });

    it('are no transaction of somebody else', async () => {
      const person = await siege().registered();
      const order = suspension(person, {}, siege().people['civil-registry']);
      const { block } = standing(await siege().ledger('civil-registry').submit(order));
      const [bytes = new Uint8Array()] = await envelopesOf(siege(), block);
      const stolen = common.Envelope.deserializeBinary(bytes);
      stolen.setSignature(siege().keys(rogue).client.sign(stolen.getPayload_asU8()));
      const envelope = { id: '', bytes: stolen.serializeBinary() };
      expect(await turnedAway(siege(), [person], envelope)).toEqual({ answers: [403, 403, 403, 403], changed: [] });
    });
  });
}

/** How often these bytes stand as valid in the blocks of an agency. */
async function validOf(siege: Siege, agency: (typeof honest)[number], bytes: Uint8Array): Promise<number> {
  const blocks = await readBlocks(siege.ledger(agency));
  return blocks
    .flatMap(({ block, bytes: whole }) => {
      const envelopes = common.Block.deserializeBinary(whole).getData()?.getDataList_asU8() ?? [];
      return envelopes.map((envelope, index) => ({ envelope, code: block.transactions[index]?.code }));
    })
    .filter(({ envelope, code }) => code === 0 && Buffer.compare(envelope, bytes) === 0).length;
}
