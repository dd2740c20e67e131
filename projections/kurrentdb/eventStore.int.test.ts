import { afterAll, beforeAll, describe } from '@jest/globals';
import { itKeepsEvents, itKeepsFacts, itKeepsOrder, itTakesRepeats } from '../eventStore.contract.ts';
import { openKurrentEventStore, type KurrentEventStore } from './eventStore.ts';
import { startStandIn } from './testing/standIn.ts';

type Server = { readonly url: string; readonly stop: () => Promise<void> };

const real = process.env['KURRENTDB_URL'];
const servers: readonly (readonly [string, () => Promise<Server>])[] = [
  ['a stand-in that takes several streams in one append', () => startStandIn()],
  ['a stand-in that takes one stream at a time', () => startStandIn({ sessions: false })],
  ...(real === undefined
    ? []
    : [['a KurrentDB', () => Promise.resolve({ url: real, stop: () => Promise.resolve() })] as const]),
];

describe.each(servers)('the event store in %s', (_name, start) => {
  let server: Server;
  let store: KurrentEventStore;
  beforeAll(async () => {
    server = await start();
    store = openKurrentEventStore({ url: server.url, node: 'test' });
  });
  afterAll(async () => {
    await store.close();
    await server.stop();
  });

  itKeepsEvents(() => store);
  itKeepsFacts(() => store);
  itTakesRepeats(() => store);
  itKeepsOrder(() => store);
});
