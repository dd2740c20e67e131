import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { listDeadLetters, resendDeadLetters } from '#projections/webhooks/deadLetters.ts';
import { listWebhooks } from '#projections/webhooks/registrations.ts';
import type { Webhook } from '#projections/webhooks/webhook.ts';
import { eventually } from '#test/eventually.ts';
import { happens, known, openWebhookBed, quick, type WebhookBed } from '#test/webhookBed.ts';
import { openReceiver, type Receiver } from '#test/webhookReceiver.ts';

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
  await bed.take(...known(own('ada')), ...known(own('bob')));
});
afterEach(async () => {
  await receiver.close();
  await bed.database.pool.query('delete from store.webhooks');
});

const types = () => receiver.received.map(({ type }) => type);
const webhookNow = async (): Promise<Webhook | undefined> => (await listWebhooks(bed.database))[0];
const nothingWaits = () => eventually(async () => expect((await webhookNow())?.waiting).toBe(0));
const suspend = (person: string) => bed.take(happens(own(person), 'IdentitySuspended'));
const reinstate = (person: string) => bed.take(happens(own(person), 'IdentityReinstated'));

describe('a webhook', () => {
  it('is told what happens, signed, by a name of its own, and of nothing else', async () => {
    await bed.webhook(receiver.url);
    const run = bed.start();
    await suspend('ada');
    await eventually(() => expect(types()).toEqual(['identity.suspended']));
    await run.stop();
    const [{ text, typ } = { text: '', typ: '' }] = receiver.received;
    const keys = createLocalJWKSet({ keys: [bed.signer.publicKey] });
    const { payload, protectedHeader } = await jwtVerify(text, keys, { audience: 'clinic', typ: 'secevent+jwt' });
    expect([typ, protectedHeader.alg]).toEqual(['secevent+jwt', 'ES256']);
    expect(payload).toEqual({
      iss: 'urn:plinth:gateway:civil-registry',
      aud: 'clinic',
      iat: expect.any(Number),
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      toe: Date.parse('2026-06-01T00:00:00.000Z') / 1000,
      sub_id: { format: 'opaque', id: bed.keystore.pairwise('clinic', own('ada')) },
      events: { 'urn:plinth:notice:identity.suspended:1': {} },
    });
  });

  it('is told one thing of a person after the other, and waits for nobody else', async () => {
    await bed.webhook(receiver.url);
    const ada = bed.keystore.pairwise('clinic', own('ada'));
    let open = false;
    receiver.answers((response, { subject }) => void response.writeHead(subject !== ada || open ? 202 : 503).end());
    const run = bed.start();
    await suspend('ada');
    await reinstate('ada');
    await suspend('bob');
    await eventually(() => expect(receiver.received.filter(({ subject }) => subject !== ada)).toHaveLength(1));
    await eventually(() =>
      expect(receiver.received.filter(({ subject }) => subject === ada).length).toBeGreaterThan(2),
    );
    const before = receiver.received.filter(({ subject }) => subject === ada);
    expect(new Set(before.map(({ type }) => type))).toEqual(new Set(['identity.suspended']));
    expect(new Set(before.map(({ jti }) => jti)).size).toBe(1);
    open = true;
    await eventually(() => expect(types().at(-1)).toBe('identity.reinstated'));
    await nothingWaits();
    await run.stop();
  });

  it('that does not take something for long has it on a list, and gets it when it asks', async () => {
    const webhook = await bed.webhook(receiver.url);
    receiver.answers(
      (response) =>
        void response
          .writeHead(400, { 'content-type': 'application/json' })
          .end('{"err":"invalid_key","description":"x"}'),
    );
    const run = bed.start({ pace: { ...quick, until: 50 } });
    await suspend('ada');
    await reinstate('ada');
    await eventually(async () => expect(await webhookNow()).toMatchObject({ dead: 2, waiting: 0 }));
    const dead = await listDeadLetters(bed.database, { webhook });
    expect(dead.map(({ type, failure }) => [type, failure])).toEqual([
      ['identity.reinstated', 'HTTP 400 invalid_key'],
      ['identity.suspended', 'HTTP 400 invalid_key'],
    ]);
    receiver.answers((response) => void response.writeHead(202).end());
    const seen = receiver.received.length;
    expect(await resendDeadLetters(bed.database, { webhook })).toBe(2);
    run.wake();
    await eventually(() => expect(types().slice(seen)).toEqual(['identity.suspended', 'identity.reinstated']));
    await nothingWaits();
    expect(new Set(receiver.received.map(({ jti }) => jti)).size).toBe(2);
    await run.stop();
  });

  it('that says it is gone is told nothing more, and nothing is kept for it', async () => {
    await bed.webhook(receiver.url);
    receiver.answers((response) => void response.writeHead(410).end());
    const run = bed.start();
    await suspend('ada');
    await suspend('bob');
    await eventually(async () => expect(await webhookNow()).toMatchObject({ state: 'stopped', waiting: 0, dead: 0 }));
    const seen = receiver.received.length;
    const other = await openReceiver();
    await bed.webhook(other.url);
    await reinstate('ada');
    await eventually(() => expect(other.received.map(({ type }) => type)).toEqual(['identity.reinstated']));
    await run.stop();
    await other.close();
    expect(receiver.received).toHaveLength(seen);
    expect(await webhookNow()).toMatchObject({ failure: 'HTTP 410', waiting: 0 });
  });
});
