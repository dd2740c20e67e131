import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Ledger } from '#ledger/ledger.ts';
import { openFabricLedger } from '#ledger/fabric/openFabricLedger.ts';
import { backupAgency, restoreAgency } from '#network/backup.ts';
import { connectionOf } from '#network/connection.ts';
import { getDescription } from '#network/description.ts';
import { layoutOf } from '#network/layout.ts';
import { stopNode } from '#network/restartNode.ts';
import { eventually } from '#test/eventually.ts';
import { registration } from '#test/registry.ts';
import { underLoad } from './load.ts';
import type { TestNetwork } from './testNetwork.ts';

const agency = 'social-protection';

/** A node that is lost, and comes back from its backup. */
export function describeBackups(network: () => TestNetwork): void {
  describe('one of whose nodes is lost', () => {
    const directory = () => network().options.directory;
    const folder = () => join(directory(), '..', 'backup');
    const registered = async () => {
      const { command, disclosures = [] } = registration(network().people['civil-registry'].signer);
      await network().open('civil-registry').submit({ command, disclosures });
      return command.stream;
    };

    it('goes on while that node is backed up, and gets it back as it was, with what has happened since', async () => {
      const before = await registered();
      await underLoad(network(), ['civil-registry'], () => backupAgency(directory(), agency, folder()));
      const since = await registered();

      await stopNode(directory(), agency, 'peer');
      await rm(layoutOf(directory()).agency(agency).peer.data, { recursive: true });
      expect(await restoreAgency(directory(), folder())).toMatchObject({ agency });

      const own = openOwnPeer();
      try {
        for (const stream of [before, since])
          await eventually(async () => expect(await own.privateEntry('identification', entryOf(stream))).toBeDefined());
      } finally {
        await own.close();
      }
    }, 180_000);

    it('takes no backup of another network, and no folder that holds none', async () => {
      await expect(restoreAgency(directory(), directory())).rejects.toThrow('ERR_NO_BACKUP');
      await expect(backupAgency(directory(), agency, folder())).rejects.toThrow('ERR_FOLDER_NOT_EMPTY');
    });

    /** A ledger that asks nobody but the peer that came back. */
    function openOwnPeer(): Ledger {
      const connection = connectionOf(getDescription(directory()), agency);
      return openFabricLedger({ ...connection, peers: connection.peers.slice(0, 1) });
    }
  });
}

const entryOf = (stream: string) => `sealed\u0000${stream}\u0000000000000001`;
