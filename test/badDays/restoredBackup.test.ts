import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { settingsOf } from '#cli/settings.ts';
import { openAttributes } from '#projections/keys/opening.ts';
import { rebuild } from '#projections/models/rebuild.ts';
import { askClinic, erase, newPerson, question, type Person } from '#test/e2e/erasureSteps.ts';
import { eventually } from '#test/eventually.ts';
import { openGatewayNode } from '#test/gatewayNode.ts';
import { openRestoredNode, type RestoredNode } from './restoredNode.ts';

// The database of a node is saved, a person is erased, and the database is put back as it was: it holds her values again.
let folder = '';
let person: Person;
const settings = () => settingsOf({ ledger: 'embedded' }, { PLINTH_DATA: join(folder, 'data'), PORT: '0' });
const database = () => join(folder, 'data', 'postgres');
const backup = () => join(folder, 'backup');

// As an operator does it: with owners and times, which Node's own copy leaves out.
const copy = (from: string, to: string) => promisify(execFile)('cp', ['-a', from, to]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-restored-'));
  const before = await openGatewayNode(undefined, settings);
  person = await newPerson(before);
  expect(await askClinic(before, person)).toMatchObject({ __typename: 'Released' });
  await before.close();
  await copy(database(), backup());
  const after = await openGatewayNode(undefined, settings);
  await erase(after, person.id);
  expect(await askClinic(after, person)).toMatchObject({ code: 'NOT_AVAILABLE' });
  await after.close();
}, 300_000);
beforeEach(async () => {
  await rm(database(), { recursive: true });
  await copy(backup(), database());
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

const asked = (node: RestoredNode) => node.askClinic(question, { number: person.number });
const values = ({ database, keystore }: RestoredNode) => openAttributes(database, keystore, person.id);
const forgotten = { status: 200, data: { identity: { __typename: 'Refused', code: 'NOT_AVAILABLE' } } };

/** What a party is told until the node knows of the erasure. */
async function answersUntilForgotten(node: RestoredNode): Promise<readonly (readonly string[])[]> {
  const codes: (readonly string[])[] = [];
  await eventually(async () => {
    const answer = await asked(node);
    if (answer.status !== 200) codes.push(answer.codes);
    expect(answer).toMatchObject(forgotten);
  }, 60_000);
  return codes;
}

describe('a node whose database was put back to before an erasure', () => {
  it('answers nothing about anybody before it has read what the ledger held, and then a tombstone', async () => {
    await using node = await openRestoredNode(settings());
    expect((await values(node)).get('dateOfBirth')).toBeDefined(); // it could
    expect(await asked(node)).toMatchObject({ status: 503, codes: ['ERR_CATCHING_UP'] });
    expect(await node.readiness()).toMatchObject({ status: 503, body: { ready: false, ingest: 'behind' } });
    node.letBlocksCome();
    for (const codes of await answersUntilForgotten(node)) expect(codes).toEqual(['ERR_CATCHING_UP']);
    expect((await values(node)).size).toBe(0);
    expect(await node.readiness()).toMatchObject({ status: 200 });
    const { before, after } = await rebuild(node);
    expect(after).toBe(before);
  }, 120_000);

  it('answers nothing either while nobody says how far the ledger is', async () => {
    await using node = await openRestoredNode(settings(), { isAway: true });
    node.letBlocksCome();
    await eventually(async () => expect((await values(node)).size).toBe(0), 60_000);
    expect(await asked(node)).toMatchObject({ status: 503, codes: ['ERR_LEDGER_UNAVAILABLE'] });
    expect(await node.readiness()).toMatchObject({ status: 503, body: { ready: false } });
    node.setAway(false);
    await answersUntilForgotten(node);
  }, 120_000);
});
