import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { describeJourney } from './journey.ts';
import { plinth } from './plinth.ts';

describe('on the Fabric network', () =>
  describeJourney(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'plinth-journey-'));
    const environment = { PLINTH_DATA: join(folder, 'data'), PLINTH_NETWORK: join(folder, 'network') };
    const place = { environment, options: ['--ledger', 'fabric', '--agency', 'civil-registry'] };
    await plinth(place, 'network', 'up');
    return {
      place,
      clear: async () => {
        await plinth(place, 'network', 'down');
        await rm(folder, { recursive: true });
      },
    };
  }));
