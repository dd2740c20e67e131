import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { settingsOf } from '#cli/settings.ts';
import { openGatewayNode, type GatewayNode } from '#test/gatewayNode.ts';
import { agencies } from '#test/registry.ts';
import { audit, consent, erase, newPerson, type Person } from './erasureSteps.ts';
import { plinth, type Place } from './plinth.ts';

// Everything that has to be done until nothing is left of a person, in the order in which operations.md says it.
let folder = '';
let place: Place;
let person: Person;
let consents: readonly string[] = [];
const settings = () => settingsOf({ ledger: 'embedded' }, { PLINTH_DATA: join(folder, 'data'), PORT: '0' });
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
const auditAll = () => audit(place, person, '--oldest-backup', tomorrow(), '--log', join(folder, 'node.log'));

/** A node that serves meanwhile. */
async function whileServing(work: (gateway: GatewayNode) => Promise<void>): Promise<void> {
  const gateway = await openGatewayNode(undefined, settings);
  try {
    await work(gateway);
  } finally {
    await writeFile(join(folder, 'node.log'), gateway.log());
    await gateway.close();
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-forgetting-'));
  place = { environment: { PLINTH_DATA: join(folder, 'data') }, options: [] };
  await whileServing(async (gateway) => {
    person = await newPerson(gateway);
    consents = [person.consent, await consent(gateway, person.id)];
    await erase(gateway, person.id);
  });
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

describe('a person who was erased', () => {
  it('is found in files, keys and consents at first', async () => {
    const { exitCode, output } = await auditAll();
    expect(output).toMatch(/remains {9}sealed values\n.*private\.log\n.*next start/);
    expect(output).toMatch(/remains {9}a row with the content key, under the present key of the node/);
    expect(output).toMatch(/remains {9}2 rows under the person's index/);
    expect(output).toMatch(/remains {9}the key of epoch 1/);
    expect(exitCode).toBe(3);
  }, 60_000);

  it('has her consents erased, each by itself', async () => {
    expect(await plinth(place, 'erase', 'consents', '--list')).toBe('2 consents are owed');
    expect(await plinth(place, 'erase', 'consents', '--over', '0')).toContain('2 consents are erased');
    expect(await plinth(place, 'erase', 'consents', person.id)).toBe('0 consents are owed');
    await whileServing(async ({ ask, tokens }) => {
      const transactions: string[] = [];
      for (const id of consents) {
        const query = `{ history(stream: "consent-${id}") { edges { node { type transactionId } } } }`;
        const { data } = await ask(tokens.auditor, query);
        const { edges } = data['history'] as { edges: { node: { type: string; transactionId: string } }[] };
        expect(edges.map(({ node }) => node.type)).toEqual(['ConsentGiven', 'ConsentWithdrawn', 'ConsentErased']);
        transactions.push(...edges.map(({ node }) => node.transactionId));
      }
      expect(new Set(transactions).size).toBe(6);
    });
  }, 120_000);

  it('is forgotten when the epoch is over, the key destroyed, and the database swept', async () => {
    for (const agency of agencies) await plinth(place, 'keys', 'rotate', 'transport', '--agency', agency);
    await whileServing(() => Promise.resolve()); // takes the facts in
    await plinth(place, 'keys', 'retire', '1');
    await plinth(place, 'erase', 'sweep');
    const { exitCode, output } = await auditAll();
    expect(output).not.toMatch(/^(remains|not looked at)/m);
    expect(output).toContain('forgotten: nothing is left at this node');
    expect(exitCode).toBe(0);
  }, 180_000);
});
