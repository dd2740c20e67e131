import { describe, expect, it } from '@jest/globals';
import { common, orderer } from '@hyperledger/fabric-protos';
import { readBlocks } from '#test/conformance/blockBytes.ts';
import { changeRequest, configurationOf } from '#test/configuration.ts';
import type { AgencyName } from '#test/registry.ts';
import { broadcast } from './broadcast.ts';
import { rogue, type Siege } from './siege.ts';

/** The channel's configuration with a longer wait of the orderers: something that harms nobody and that all must agree on. */
function slower(before: common.ConfigGroup): common.ConfigGroup {
  const after = common.ConfigGroup.deserializeBinary(before.serializeBinary());
  const value = after.getGroupsMap().get('Orderer')?.getValuesMap().get('BatchTimeout');
  if (value === undefined) throw new Error('a configuration without a timeout');
  const timeout = new orderer.BatchTimeout();
  timeout.setTimeout('1200ms');
  value.setValue(timeout.serializeBinary());
  value.setVersion(value.getVersion() + 1);
  return after;
}

export function describeLawlessAdmin(siege: () => Siege): void {
  const ask = async (...agencies: readonly AgencyName[]): Promise<readonly number[]> => {
    const [genesis] = await readBlocks(siege().ledger('civil-registry'));
    const before = configurationOf(genesis?.bytes ?? new Uint8Array());
    const administrators = agencies.map((agency) => siege().keys(agency).admin);
    const request = changeRequest({ before, after: slower(before), administrators }, siege().keys(rogue).admin);
    return broadcast(siege().description(), request.serializeBinary());
  };

  describe("an agency's administrator", () => {
    it.each([[[rogue]], [[rogue, rogue]], [[rogue, 'election-office']]] as const)(
      'does not change the configuration of the channel as %j',
      async (agencies) => {
        const answers = await ask(...agencies);
        expect(answers.filter((answer) => answer === common.Status.SUCCESS)).toEqual([]);
      },
    );

    it('changes it together with those of two other agencies of four', async () => {
      const answers = await ask(rogue, 'election-office', 'civil-registry');
      expect(answers).toContain(common.Status.SUCCESS);
      await siege().registered(); // and the registry goes on
    });
  });
}
