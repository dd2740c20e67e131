import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { describeJourney } from './journey.ts';

describe('on the embedded ledger', () =>
  describeJourney(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'plinth-journey-'));
    return {
      place: { environment: { PLINTH_DATA: folder }, options: [] },
      clear: () => rm(folder, { recursive: true }),
    };
  }));
