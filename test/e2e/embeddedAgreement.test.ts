import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { describeAgreement } from './agreement.ts';
import { plinth, startNode } from './plinth.ts';

describe('at one node of a demo, officers of two agencies', () =>
  describeAgreement(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'plinth-agreement-'));
    const place = { environment: { PLINTH_DATA: folder }, options: [] };
    const node = await startNode(place, '--no-people');
    return {
      here: { url: node.url, token: (...who) => plinth(place, 'token', ...who) },
      there: { url: node.url, token: (...who) => plinth(place, 'token', ...who, '--agency', 'election-office') },
      close: async () => {
        await node.kill('SIGTERM');
        await rm(folder, { recursive: true });
      },
    };
  }));
