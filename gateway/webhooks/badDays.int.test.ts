import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { listDeadLetters } from '#projections/webhooks/deadLetters.ts';
import { listWebhooks } from '#projections/webhooks/registrations.ts';
import { eventually } from '#test/eventually.ts';
import { happens, known, openWebhookBed, quick, type WebhookBed } from '#test/webhookBed.ts';
import { openReceiver, type Received, type Receiver } from '#test/webhookReceiver.ts';
import { createReach } from './reach.ts';

const people = Array.from({ length: 10 }, (_, index) => `p${index}-`);
let bed: WebhookBed;
let receiver: Receiver;
let round = 0;
const own = (name: string) => `${name}${round}`;

beforeAll(async () => {
  bed = await openWebhookBed();
});
afterAll(() => bed.close());
beforeEach(async () => {
  round += 1;
  receiver = await openReceiver();
  await bed.take(...people.flatMap((person) => known(own(person), ['clinic', 'bank'])));
});
afterEach(async () => {
  await receiver.close();
  await bed.database.pool.query('delete from store.webhooks');
});

const bank = { kind: 'party', id: 'bank' } as const;
const states = async () => Object.fromEntries((await listWebhooks(bed.database)).map((each) => [each.id, each]));
const queue = async () =>
  (
    await bed.database.pool.query<{ type: string }>('select type from store.webhook_deliveries order by number')
  ).rows.map(({ type }) => type);

/** Everybody is suspended and reinstated, over and over; answers what each is told, in order. */
async function muchHappens(times: number, between: () => Promise<unknown> = () => Promise.resolve()) {
  for (let time = 0; time < times; time += 1) {
    for (const type of ['IdentitySuspended', 'IdentityReinstated']) {
      await bed.take(...people.map((person) => happens(own(person), type)));
      await between();
    }
  }
  return Array.from({ length: times }, () => ['identity.suspended', 'identity.reinstated']).flat();
}

/** What came for the first time, by person. */
function firsts(received: readonly Received[]): ReadonlyMap<string, readonly string[]> {
  const seen = new Set<string>();
  const first = received.filter(({ jti }) => !seen.has(jti) && seen.add(jti));
  return new Map(
    [...Map.groupBy(first, ({ subject = '' }) => subject)].map(([key, all]) => [key, all.map(({ type }) => type)]),
  );
}

const ofEach = (types: readonly string[], party = 'clinic') =>
  new Map(people.map((person) => [bed.keystore.pairwise(party, own(person)), types]));
const cameTo = (party: string) => firsts(receiver.received.filter(({ aud }) => aud === party));
const allCame = (types: readonly string[], party = 'clinic') =>
  eventually(() => expect(cameTo(party)).toEqual(ofEach(types, party)), 60_000);

describe('a subscriber', () => {
  it('that never answers slows nobody else, also where they share a server', async () => {
    receiver.answers((response, { aud }) => (aud === 'bank' ? undefined : void response.writeHead(202).end()));
    const slow = [await bed.webhook(receiver.url, bank), await bed.webhook(receiver.url, bank)];
    slow.push(await bed.webhook(receiver.url, bank));
    const fast = await bed.webhook(receiver.url);
    const run = bed.start({ patience: 60_000 });
    const types = await muchHappens(5);
    await allCame(types);
    const now = await states();
    expect(now[fast]).toMatchObject({ failure: null });
    for (const webhook of slow) expect(now[webhook]).toMatchObject({ waiting: types.length * people.length });
    expect(receiver.received.filter(({ aud }) => aud === 'bank').length).toBeLessThanOrEqual(8 * slow.length);
    await run.stop();
  });

  it('whose name turns into a private address is sent nothing, and is seen to fail', async () => {
    const named = receiver.url.replace('127.0.0.1', 'liar.example');
    const webhook = await bed.webhook(named);
    const run = bed.start({ reach: createReach(true, () => Promise.resolve([{ address: '10.0.0.1', family: 4 }])) });
    await bed.take(happens(own('p0-'), 'IdentitySuspended'));
    await eventually(async () =>
      expect((await states())[webhook]).toMatchObject({ failure: 'ERR_ADDRESS_REFUSED', waiting: 1 }),
    );
    expect(receiver.received).toHaveLength(0);
    await run.stop();
  });

  it('that is away for long finds what was given up on its list, all of it', async () => {
    receiver.answers((response) => void response.writeHead(503).end());
    const webhook = await bed.webhook(receiver.url);
    const run = bed.start({ pace: { ...quick, until: 200 } });
    const types = await muchHappens(1);
    const all = types.length * people.length;
    await eventually(async () => expect((await states())[webhook]).toMatchObject({ waiting: 0, dead: all }));
    expect(new Set((await listDeadLetters(bed.database, { webhook })).map(({ failure }) => failure))).toEqual(
      new Set(['HTTP 503']),
    );
    await run.stop();
  });
});

describe('a party', () => {
  it('that is suspended is told nothing, and what came meanwhile once it is approved again', async () => {
    await bed.webhook(receiver.url);
    await bed.webhook(receiver.url, bank);
    const run = bed.start();
    const said = (type: string, data = {}) => ({ stream: 'relyingParty-clinic', fact: { type, data } });
    await bed.take(said('RelyingPartySuspended', { reason: 'court-order' }));
    const types = await muchHappens(1);
    await allCame(types, 'bank'); // by the same statements
    expect(cameTo('clinic').size).toBe(0);
    await bed.take(said('RelyingPartyApproved'));
    await eventually(() =>
      expect(cameTo('clinic')).toEqual(new Map([...ofEach(types), ['', ['party.suspended', 'party.approved']]])),
    );
    await run.stop();
  });

  it('hears of somebody who was erased that it happened, and of nothing else', async () => {
    receiver.answers((response) => void response.writeHead(400).end());
    const webhook = await bed.webhook(receiver.url);
    const run = bed.start({ pace: { ...quick, until: 100 } });
    await bed.take(happens(own('p0-'), 'IdentitySuspended'), happens(own('p1-'), 'IdentitySuspended'));
    await eventually(async () => expect((await states())[webhook]).toMatchObject({ dead: 2 }));
    await run.stop();
    await bed.take(happens(own('p0-'), 'IdentityReinstated'), happens(own('p0-'), 'IdentityErased'));
    receiver.answers((response) => void response.writeHead(202).end());
    const seen = receiver.received.length;
    const again = bed.start();
    await eventually(() =>
      expect(receiver.received.slice(seen).map(({ type }) => type)).toEqual(['identity.erased', 'number.revoked']),
    );
    await eventually(async () => expect(await queue()).toEqual(['identity.suspended']));
    const [left] = await listDeadLetters(bed.database, { webhook });
    expect(left?.subject).toBe(bed.keystore.pairwise('clinic', own('p1-')));
    await again.stop();
  });
});

describe('a queue', () => {
  it('that is full takes no more in, and loses nothing', async () => {
    const webhook = await bed.webhook(receiver.url);
    await bed.webhook(receiver.url, bank);
    await bed.database.pool.query(
      `insert into store.webhook_deliveries (webhook, notice, type, subject, at, due)
       select $1, gen_random_uuid(), 'identity.suspended', 's' || n, now(), 'infinity' from generate_series(1, 10001) n`,
      [webhook],
    );
    const run = bed.start();
    const types = await muchHappens(1);
    await allCame(types, 'bank'); // by the same statements
    expect((await states())[webhook]).toMatchObject({ waiting: 10_001 });
    expect(cameTo('clinic').size).toBe(0);
    await bed.database.pool.query("delete from store.webhook_deliveries where due = 'infinity'");
    await allCame(types);
    await run.stop();
  });

  it('that two processes work on is delivered once and in order', async () => {
    await bed.webhook(receiver.url);
    const runs = [bed.start(), bed.start()];
    const types = await muchHappens(5);
    await allCame(types);
    expect(receiver.received).toHaveLength(types.length * people.length);
    for (const run of runs) await run.stop();
  });

  it('loses nothing when its process is killed at any moment, and says again what it may have said', async () => {
    await bed.webhook(receiver.url);
    receiver.answers((response) => void setTimeout(() => response.writeHead(202).end(), 30));
    let kills = 0;
    const types = await muchHappens(4, async () => {
      const child = spawnSender();
      await once(child.stdout, 'data');
      await pause(8 * kills); // each dies a little later in its work than the one before
      child.kill('SIGKILL');
      await once(child, 'exit');
      kills += 1;
    });
    const last = spawnSender();
    await allCame(types);
    last.kill('SIGKILL');
    await once(last, 'exit');
    expect(kills).toBe(8);
    const ids = new Set(receiver.received.map(({ jti }) => jti));
    expect(ids.size).toBe(types.length * people.length);
    expect(receiver.received.length).toBeGreaterThan(ids.size); // or nothing was under way when it was killed
  });
});

function spawnSender() {
  const { connectionString = '' } = bed.database.pool.options;
  return spawn(process.execPath, ['test/webhookSender.ts', connectionString], {
    env: { ...process.env, SIGNING_KEY: JSON.stringify(bed.keystore.signingKey) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
