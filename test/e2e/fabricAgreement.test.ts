import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { describeAgreement, type Desk } from './agreement.ts';
import { describeJoining, type JoinedNetwork } from './joining.ts';
import { plinth, startNode, type RunningNode } from './plinth.ts';

// One network for both: each would cost a minute of its own.
describe('on the Fabric network, the nodes of two agencies', () => {
  let network: JoinedNetwork | undefined;

  describeAgreement(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'plinth-agreement-'));
    const environment = { PLINTH_DATA: join(folder, 'data'), PLINTH_NETWORK: join(folder, 'network') };
    const opened = new AsyncDisposableStack();
    opened.defer(() => rm(folder, { recursive: true, force: true }));
    const endLater = (node: RunningNode) => opened.defer(() => node.kill('SIGTERM'));
    const openDesk = async (agency: string): Promise<Desk & { readonly node: RunningNode }> => {
      const place = { environment, options: ['--ledger', 'fabric', '--agency', agency] };
      const node = await startNode(place, '--no-people');
      endLater(node);
      return { node, url: node.url, token: (...who) => plinth(place, 'token', ...who, ...place.options) };
    };
    try {
      opened.defer(async () => {
        await plinth({ environment, options: [] }, 'network', 'down');
      });
      await plinth({ environment, options: [] }, 'network', 'up');
      const here = await openDesk('civil-registry');
      const there = await openDesk('election-office');
      const nodes = { 'civil-registry': here.node, 'election-office': there.node };
      network = { folder, environment, nodes, endLater };
      return { here, there, close: () => opened.disposeAsync() };
    } catch (error) {
      await opened.disposeAsync();
      throw error;
    }
  });

  describeJoining(() => {
    if (network === undefined) throw new Error('the network did not start');
    return network;
  });
});
