import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { describeAgreement, type Desk } from './agreement.ts';
import { plinth, startNode } from './plinth.ts';

describe('on the Fabric network, the nodes of two agencies', () =>
  describeAgreement(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'plinth-agreement-'));
    const environment = { PLINTH_DATA: join(folder, 'data'), PLINTH_NETWORK: join(folder, 'network') };
    const opened = new AsyncDisposableStack();
    opened.defer(() => rm(folder, { recursive: true, force: true }));
    const openDesk = async (agency: string): Promise<Desk> => {
      const place = { environment, options: ['--ledger', 'fabric', '--agency', agency] };
      const node = await startNode(place, '--no-people');
      opened.defer(() => node.kill('SIGTERM'));
      return { url: node.url, token: (...who) => plinth(place, 'token', ...who, ...place.options) };
    };
    try {
      opened.defer(async () => {
        await plinth({ environment, options: [] }, 'network', 'down');
      });
      await plinth({ environment, options: [] }, 'network', 'up');
      const here = await openDesk('civil-registry');
      const there = await openDesk('election-office');
      return { here, there, close: () => opened.disposeAsync() };
    } catch (error) {
      await opened.disposeAsync();
      throw error;
    }
  }));
