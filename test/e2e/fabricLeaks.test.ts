import { join } from 'node:path';
import { describe } from '@jest/globals';
import { stopNetwork } from '#network/down.ts';
import { describeLeaks } from './leaks.ts';

const peers = ['civil-registry', 'election-office', 'social-protection'];
const orderers = [...peers, 'audit-office'];
const below = (path: string) => new RegExp(`^network/agencies/${path}`);

describe('on the Fabric network', () =>
  describeLeaks({
    openPlace: (folder) => {
      const environment = { PLINTH_DATA: join(folder, 'data'), PLINTH_NETWORK: join(folder, 'network') };
      return Promise.resolve({ environment, options: ['--ledger', 'fabric', '--agency', 'civil-registry'] });
    },
    stop: async (folder) => {
      await stopNetwork(join(folder, 'network'));
    },
    database: 'network/agencies/civil-registry/postgres',
    publicStores: [
      ...peers.flatMap((agency) => [
        below(`${agency}/peer/data/.*/blockfile_`),
        below(`${agency}/peer/data/.*stateLeveldb`),
      ]),
      ...orderers.map((agency) => below(`${agency}/orderer/data/.*/blockfile_`)),
      below('civil-registry/postgres/data/base/'),
    ],
    logs: [
      [/^gateway\.log$/, 'ready at http://'],
      ...peers.map((agency) => [below(`${agency}/peer\\.log$`), 'Starting peer:'] as const),
      ...peers.map((agency) => [below(`${agency}/registry\\.log$`), 'DeprecationWarning'] as const),
      ...orderers.map((agency) => [below(`${agency}/orderer\\.log$`), 'Orderer config values'] as const),
    ],
  }));
