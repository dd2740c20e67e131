import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { settingsOf } from '#cli/settings.ts';
import { describeErasedPerson } from './erasure.ts';
import { plinth, type Place } from './plinth.ts';

describe('on the Fabric network', () =>
  describeErasedPerson(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'plinth-erasure-'));
    const environment = { PLINTH_DATA: join(folder, 'data'), PLINTH_NETWORK: join(folder, 'network'), PORT: '0' };
    const place: Place = { environment, options: ['--ledger', 'fabric', '--agency', 'civil-registry'] };
    await plinth(place, 'network', 'up');
    return {
      settingsIn: () => settingsOf({ ledger: 'fabric', agency: 'civil-registry' }, environment),
      placeOf: () => place,
      clear: async () => {
        await plinth(place, 'network', 'down');
        await rm(folder, { recursive: true });
      },
    };
  }));
