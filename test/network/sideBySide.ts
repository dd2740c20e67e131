import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { openFabricLedger } from '#ledger/fabric/openFabricLedger.ts';
import { connectionOf } from '#network/connection.ts';
import { getDescription, type NetworkDescription } from '#network/description.ts';
import { networkDown } from '#network/down.ts';
import { networkUp } from '#network/up.ts';
import { admission, registration } from '#test/registry.ts';
import type { TestNetwork } from './testNetwork.ts';

const firstPort = 32_500;

/** A second network beside the first. */
export function describeSideBySide(network: () => TestNetwork): void {
  describe('beside a second network on ports and in a folder of its own', () => {
    const besides = () => {
      const { options } = network();
      return { ...options, directory: join(options.directory, '..', 'besides') };
    };

    afterAll(async () => {
      await networkDown(besides().directory);
    }, 60_000);

    it('keeps its ports, its ledger and its commands to itself', async () => {
      const second = await networkUp({ ...besides(), firstPort });
      const first = getDescription(network().options.directory);
      expect(portsOf(second).every((port) => port >= firstPort && port < firstPort + 500)).toBe(true);
      expect(portsOf(second).filter((port) => portsOf(first).includes(port))).toEqual([]);

      const { people, open } = network();
      const other = openFabricLedger(connectionOf(second, 'civil-registry'));
      await other.submit(admission(people['civil-registry']));
      const submission = registration(people['civil-registry'].signer);
      expect(await other.submit(submission)).toMatchObject({ refused: 'ERR_SCHEMA_UNKNOWN' }); // published on the first alone
      await other.close();
      expect(await open('civil-registry').submit(submission)).toMatchObject({ version: 1 });
    }, 120_000);

    it('goes on when the second one is taken down', async () => {
      expect(await networkDown(besides().directory)).toBe(true);
      const { people, open } = network();
      const submission = registration(people['civil-registry'].signer);
      expect(await open('civil-registry').submit(submission)).toMatchObject({ version: 1 });
    }, 60_000);
  });
}

function portsOf({ agencies }: NetworkDescription): readonly number[] {
  return agencies
    .flatMap(({ orderer, peer, chaincodes }) => [
      ...(orderer === undefined ? [] : [orderer.address, orderer.admin, orderer.operations]),
      ...(peer === undefined ? [] : [peer.address, peer.operations, peer.chaincodeListener]),
      ...Object.values(chaincodes).map(({ address }) => address),
    ])
    .map((address) => Number(address.split(':')[1]));
}
