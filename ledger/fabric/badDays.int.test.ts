import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectionOf } from '#network/connection.ts';
import { getDescription, type AgencyDescription, type ProcessRecord } from '#network/description.ts';
import { networkDown } from '#network/down.ts';
import { networkUp } from '#network/up.ts';
import { agreement, found } from '#test/agreement.ts';
import { agencies, newAgencies, registration } from '#test/registry.ts';
import type { Ledger } from '../ledger.ts';
import { Gateways } from './gateways.ts';
import { openFabricLedger } from './openFabricLedger.ts';
import { FabricTransactor } from './transactor.ts';

const home = await mkdtemp(join(tmpdir(), 'plinth-bad-days-'));
const network = {
  directory: join(home, 'network'),
  repository: fileURLToPath(new URL('../..', import.meta.url)),
  agencies: [...agencies.map((name) => ({ name, peer: true })), { name: 'audit-office', peer: false }],
  classes: Object.fromEntries(['identification', 'contact', 'consent'].map((name) => [name, { members: agencies }])),
  endorsement: { agencies, required: 2 },
};
const people = newAgencies();
const { signer } = people['civil-registry'];
const delivered: number[] = [];
const reading = new AbortController();
let ledger: Ledger;
let reader: Promise<void>;

beforeAll(async () => {
  const description = await networkUp(network);
  await found(people, async (submission, agency) => {
    const entrance = openFabricLedger(connectionOf(description, agency));
    const outcome = await entrance.submit(submission);
    await entrance.close();
    return outcome;
  });
  ledger = openFabricLedger(connectionOf(description, 'civil-registry'), { patienceMs: 4000 });
  reader = (async () => {
    for await (const block of ledger.blocks(0, reading.signal)) delivered.push(block.number);
  })();
}, 180_000);

afterAll(async () => {
  reading.abort();
  await reader;
  await ledger.close();
  await networkDown(network.directory);
  await rm(home, { recursive: true, force: true });
}, 60_000);

function kill(find: Find, ...names: readonly string[]): void {
  signal('SIGKILL', find, ...names);
}

type Find = (agency: AgencyDescription) => ProcessRecord | undefined;

function signal(what: NodeJS.Signals, find: Find, ...names: readonly string[]): void {
  for (const agency of getDescription(network.directory).agencies.filter(({ name }) => names.includes(name))) {
    const record = find(agency);
    if (record === undefined) throw new Error('there is nobody to send a signal to');
    process.kill(record.pid, what);
  }
}

async function whileAsleep<T>(names: readonly string[], act: () => Promise<T>): Promise<T> {
  signal('SIGSTOP', ({ peer }) => peer?.process, ...names);
  return act().finally(() => signal('SIGCONT', ({ peer }) => peer?.process, ...names));
}

async function registerSome(): Promise<readonly unknown[]> {
  return Promise.all([1, 2, 3].map(async () => ledger.submit(registration(signer))));
}
const registered = Array.from({ length: 3 }, () => expect.objectContaining({ version: 1 }));

describe('a network that is whole', () => {
  it('shows at the own agency at once what it has acknowledged', async () => {
    const submission = registration(signer);
    await ledger.submit(submission);
    expect(await ledger.history(submission.command.stream)).toHaveLength(1);
  });
});

describe('a network in which something has died', () => {
  it.each([
    ["the own agency's chaincode", () => kill(({ chaincodes }) => chaincodes['registry']?.process, 'civil-registry')],
    ["another agency's chaincode", () => kill(({ chaincodes }) => chaincodes['registry']?.process, 'election-office')],
    ["the own agency's peer", () => kill(({ peer }) => peer?.process, 'civil-registry')],
    ["another agency's peer", () => kill(({ peer }) => peer?.process, 'social-protection')],
    ['the orderer that leads', () => kill(({ orderer }) => orderer?.process, 'civil-registry')],
  ])('takes commands without %s', async (_name, dies) => {
    dies();
    expect(await registerSome()).toEqual(registered);
    await networkUp(network);
  });

  it('says so when too few agencies are left, and goes on by itself when they are back', async () => {
    kill(({ peer }) => peer?.process, 'election-office', 'social-protection');
    await expect(registerSome()).rejects.toMatchObject({ code: 'ERR_LEDGER_UNAVAILABLE' });
    await networkUp(network);
    expect(await registerSome()).toEqual(registered);
  });

  // Two peers sleep while the third commits a proposal; woken, they are asked for the approval at once.
  it('refuses nothing because two of three peers are a block behind', async () => {
    const description = getDescription(network.directory);
    const sleepers = ['election-office', 'social-protection'];
    const gateways = new Gateways(connectionOf(description, 'civil-registry'));
    const transactor = new FabricTransactor(connectionOf(description, 'civil-registry'), gateways);
    const approver = openFabricLedger(connectionOf(description, 'election-office'));
    await using opened = new AsyncDisposableStack();
    opened.defer(() => gateways.close());
    opened.defer(() => approver.close());
    const parties = { proposer: people['civil-registry'], approver: people['election-office'] };
    const removal = { stream: 'agency-social-protection', type: 'RemoveAgency', data: { reason: 'end-of-service' } };
    for (let turn = 0; turn < 20; turn += 1) {
      const { proposal, approval } = agreement(removal, parties);
      const endorsed = await transactor.endorse([proposal]);
      const { approved } = await whileAsleep(sleepers, async () => {
        expect(await endorsed.commit()).toMatchObject({ code: 0 });
        const asked = { approved: approver.submit(approval) };
        await pause(30); // the request waits at the sleeping peer
        return asked;
      });
      expect(await approved).toMatchObject({ version: 2 });
    }
  });

  it('has delivered every block once and in order all the while', async () => {
    const { height } = await ledger.status();
    while (delivered.length < height) await pause(20);
    expect(delivered).toEqual(Array.from({ length: delivered.length }, (_, number) => number));
  });
});
