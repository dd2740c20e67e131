import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { orderDigest } from '#domain/approval.ts';
import { openRegistry } from '#cli/registry.ts';
import { settingsOf } from '#cli/settings.ts';
import { openFileKeystore } from '#projections/keys/fileKeystore.ts';
import { keyPlace } from '#projections/keys/opening.ts';
import { openDatabase } from '#projections/postgres/database.ts';
import { ask, plinth, spawnPlinth, startNode, type Place } from '#test/e2e/plinth.ts';
import { eventually } from '#test/eventually.ts';
import { newId } from '#test/registry.ts';
import { readinessOf } from './asking.ts';

const [civil, elections] = ['civil-registry', 'election-office'];
let folder = '';
const givenName = `Canary ${newId()}`;
const person = { id: '' };
const environment = () => ({ PLINTH_DATA: folder });
const at = (agency: string): Place => ({ environment: environment(), options: ['--agency', agency] });
const keys = (agency: string, ...args: readonly string[]) => plinth(at(agency), 'keys', ...args, '--agency', agency);
const keyFile = (agency: string, file: string) => join(folder, 'keys', agency, file);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-lost-keys-'));
  const attributes = `{ givenName: [{ language: eng, value: "${givenName}" }] }`;
  const registering = `mutation { registerIdentity(enrolmentId: "${newId()}", attributes: ${attributes}) {
    ... on Registered { id } } }`;
  const node = await startNode(at(civil), '--no-people');
  const officer = await plinth(at(civil), 'token', 'officer', 'registrar', '--agency', civil);
  const answer = await ask(node.url, officer, registering);
  Object.assign(person, answer);
  await node.kill('SIGTERM');
}, 240_000);
afterAll(() => rm(folder, { recursive: true }));

/** Starts an agency's node, asks it in the person's name for her own name, and stops it again. */
async function nameAt(agency: string): Promise<{ readonly answer: unknown; readonly ready: unknown }> {
  const node = await startNode(at(agency), '--no-people');
  try {
    const token = await plinth(at(agency), 'token', 'resident', person.id, '--agency', agency);
    const answer = await ask(node.url, token, '{ me { attributes { givenName } } }');
    return { answer, ready: (await readinessOf(node)).body };
  } finally {
    await node.kill('SIGTERM');
  }
}
const named = { attributes: { givenName } };

/** Has two agencies agree on the ledger that one of them gets keys; answers the proposal. */
async function agreeOnHandOver(to: string, by: string): Promise<string> {
  const settings = settingsOf({ ledger: 'embedded', agency: elections }, environment());
  const registry = await openRegistry(settings);
  const proposal = newId();
  const submit = async (agency: string, stream: string, order: object) => {
    const { ledger } = registry.agencies.find(({ name }) => name === agency) ?? {};
    const seen = (await ledger?.head(stream))?.version ?? 0;
    const command = registry.signers.get(agency)?.(
      { id: newId(), stream, type: '', data: {}, seen, ...order },
      'administrator',
    );
    if (ledger === undefined || command === undefined) throw new Error(`no ${agency} here`);
    expect(await ledger.submit({ command })).toHaveProperty('events');
  };
  try {
    const order = { stream: `agency-${to}`, type: 'HandOverKeys', data: { class: 'identification' } };
    const validUntil = new Date(Date.now() + 3_600_000).toISOString();
    await submit(to, `proposal-${proposal}`, { type: 'Propose', data: { order, validUntil } });
    await submit(by, `proposal-${proposal}`, { type: 'ApproveProposal', data: { order: orderDigest(order) } });
    await submit(to, order.stream, { ...order, proposal });
  } finally {
    await registry.close();
  }
  return proposal;
}

describe("an agency's transport key", () => {
  it('is rotated, and every value still opens, of both epochs', async () => {
    expect((await nameAt(elections)).answer).toEqual(named);
    expect(await keys(elections, 'rotate', 'transport')).toContain('epoch 2');
    await expect(keys(elections, 'retire', '1')).rejects.toThrow('ERR_EPOCH_NEEDED');
    expect((await nameAt(elections)).answer).toEqual(named);
  }, 240_000);

  it('of an epoch that is over is destroyed when nothing needs it', async () => {
    const before = await readFile(keyFile(elections, 'transport.json'), 'utf8');
    expect(await keys(elections, 'retire', '1')).toContain('there remain: 2');
    const { keys: kept } = JSON.parse(await readFile(keyFile(elections, 'transport.json'), 'utf8')) as {
      keys: object[];
    };
    expect(kept).toHaveLength(1);
    expect(before).toContain('"epoch": 1');
    await expect(keys(elections, 'retire', '1')).rejects.toThrow('ERR_EPOCH_UNKNOWN');
    expect((await nameAt(elections)).answer).toEqual(named);
  }, 240_000);
});

describe("a node's own key", () => {
  const many = Array.from({ length: 30_000 }, () => `identity-${newId()}`);

  it('is rotated, however often that is killed in the middle', async () => {
    const keystore = await openFileKeystore(join(folder, 'keys', civil), civil);
    const place = { directory: join(folder, 'postgres', civil) };
    const filling = await openDatabase(place);
    const wrapped = many.map((stream) => Buffer.from(keystore.wrap(randomBytes(32), keyPlace(stream, 1))));
    await filling.pool.query(
      'insert into keystore.content_keys select stream, 1, wrapped from unnest($1::text[], $2::bytea[]) as k(stream, wrapped)',
      [many, wrapped],
    );
    await filling.close();
    const former = await readFile(keyFile(civil, 'node.json'), 'utf8');
    for (const wait of [0, 300, 700]) {
      const { child, ended } = spawnPlinth(at(civil), ['keys', 'rotate', 'node', '--agency', civil]);
      await eventually(async () => expect(await readFile(keyFile(civil, 'node.json'), 'utf8')).toContain('former'));
      await pause(wait); // at a moment that nothing announces
      child.kill('SIGKILL');
      await ended;
    }
    expect(await keys(civil, 'rotate', 'node')).toContain('the former is destroyed');
    const now = await readFile(keyFile(civil, 'node.json'), 'utf8');
    expect(now).not.toContain('former');
    expect(now).not.toContain((JSON.parse(former) as { keyEncryptionKey: string }).keyEncryptionKey);
    const database = await openDatabase(place);
    const { rows } = await database.pool.query<{ stream: string; wrapped: Buffer }>(
      'select stream, wrapped from keystore.content_keys where version = 1',
    );
    await database.pool.query('delete from keystore.content_keys where stream = any($1)', [many]);
    await database.close();
    expect(rows.length).toBeGreaterThan(many.length);
    for (const row of rows) expect(keystore.open(row.wrapped, keyPlace(row.stream, 1))).toHaveLength(32);
    expect((await nameAt(civil)).answer).toEqual(named);
  }, 300_000);

  it('that is lost is noticed at the start, and a member hands over what no transport key opens', async () => {
    await rm(keyFile(elections, 'node.json'));
    await expect(startNode(at(elections), '--no-people')).rejects.toThrow('ERR_NODE_KEY_LOST');
    expect(await keys(elections, 'recover')).toMatch(/0 content keys recovered\n\d+ stay closed/);
    const { answer, ready } = await nameAt(elections);
    expect(answer).not.toEqual(named);
    expect(ready).toMatchObject({ ready: true, values: '1 of class identification: ERR_WRAP_UNFIT' });

    const file = join(folder, 'handed.over');
    const handOver = (from: string, to: string, proposal: string) =>
      keys(from, 'hand-over', '--to', to, '--class', 'identification', '--proposal', proposal, '-o', file);
    await expect(handOver(civil, elections, 'never-agreed')).rejects.toThrow('ERR_HAND_OVER_NOT_AGREED');
    expect(await handOver(civil, elections, await agreeOnHandOver(elections, civil))).toContain('epoch 2');
    expect(await readFile(file, 'latin1')).not.toContain(givenName);
    await expect(keys(civil, 'take-over', file)).rejects.toThrow('ERR_HAND_OVER_NOT_AGREED');
    const damaged = join(folder, 'damaged.over');
    await writeFile(damaged, (await readFile(file, 'latin1')).replace('"version":1', '"version":2'));
    await expect(keys(elections, 'take-over', damaged)).rejects.toThrow('ERR_HAND_OVER_DAMAGED');
    expect(await keys(elections, 'take-over', file)).toContain('1 private values can be served now');
    const [before, after] =
      (await plinth(at(elections), 'rebuild', '--agency', elections)).match(/[0-9a-f]{64}/g) ?? [];
    expect(after).toBe(before);
    expect(await nameAt(elections)).toMatchObject({ answer: named, ready: { values: 'complete' } });
    // The ledger still names the signing key that was lost: nothing that this node hands over would be believed.
    const back = () => agreeOnHandOver(civil, elections);
    await handOver(elections, civil, await back());
    await expect(keys(civil, 'take-over', file)).rejects.toThrow('ERR_HAND_OVER_DAMAGED');
    expect(await keys(elections, 'rotate', 'signing')).toContain('signs with its new key');
    await handOver(elections, civil, await back());
    expect(await keys(civil, 'take-over', file)).toContain('can be served now');
  }, 300_000);
});
