import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getDescription } from '#network/description.ts';
import { stopNetwork } from '#network/down.ts';
import { plinth, startNode, type Place, type RunningNode } from '#test/e2e/plinth.ts';
import { eventually } from '#test/eventually.ts';
import { newId } from '#test/registry.ts';
import { answerOf, readinessOf, registerSomebody } from './asking.ts';

let folder = '';
let place: Place;
let node: RunningNode | undefined;
let officer = '';
const network = () => join(folder, 'network');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-outage-'));
  const environment = { PLINTH_DATA: join(folder, 'data'), PLINTH_NETWORK: network() };
  place = { environment, options: ['--ledger', 'fabric', '--agency', 'civil-registry'] };
  await plinth(place, 'network', 'up');
  node = await startNode(place);
  officer = await plinth(place, 'token', 'officer', 'registrar', ...place.options);
}, 600_000);

afterAll(async () => {
  await node?.kill('SIGTERM');
  await plinth(place, 'network', 'down');
  await rm(folder, { recursive: true });
}, 120_000);

const running = () => {
  if (node === undefined) throw new Error('the node did not start');
  return node;
};
const register = () => answerOf(running(), officer, registerSomebody(newId()));
const registered = { status: 200, text: expect.stringContaining('Registered') as unknown };
const isReady = async () => expect(await readinessOf(running())).toMatchObject({ status: 200, body: { ready: true } });
const says = async (ledger: string) =>
  expect(await readinessOf(running())).toMatchObject({
    status: 503,
    body: { ready: false, ledger, database: 'ready' },
  });

async function startAgain(): Promise<void> {
  await plinth(place, 'network', 'up');
  await eventually(isReady, 60_000);
  expect(await register()).toMatchObject(registered);
}

describe('a node on the network', () => {
  it("goes on while its own agency's chaincode server is down", async () => {
    const [own] = getDescription(network()).agencies;
    kill(own?.chaincodes);
    expect(await register()).toMatchObject(registered);
    await isReady();
    await startAgain();
  }, 180_000);

  it('says so with a code when no chaincode server runs, and goes on without a restart', async () => {
    for (const { chaincodes } of getDescription(network()).agencies) kill(chaincodes);
    await eventually(() => says('ERR_CHAINCODE_UNAVAILABLE'));
    expect(await register()).toMatchObject({ status: 503, code: 'ERR_LEDGER_UNAVAILABLE' });
    await startAgain();
  }, 240_000);

  it('says so with a code when the whole network is away, and goes on without a restart', async () => {
    await stopNetwork(network());
    await eventually(() => says('ERR_LEDGER_UNAVAILABLE'));
    expect(await register()).toMatchObject({ status: 503, code: 'ERR_LEDGER_UNAVAILABLE' });
    await startAgain();
  }, 240_000);
});

type Chaincodes = ReturnType<typeof getDescription>['agencies'][number]['chaincodes'];

function kill(chaincodes: Chaincodes = {}): void {
  for (const { process: running } of Object.values(chaincodes)) if (running) process.kill(running.pid, 'SIGKILL');
}
