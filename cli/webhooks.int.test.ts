import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { plinth } from '#test/e2e/plinth.ts';
import { eventually } from '#test/eventually.ts';
import { happens, known, openWebhookBed, quick, type WebhookBed } from '#test/webhookBed.ts';
import { openReceiver, type Receiver } from '#test/webhookReceiver.ts';

let bed: WebhookBed;
let receiver: Receiver;
let webhook: string;
beforeAll(async () => {
  [bed, receiver] = [await openWebhookBed(), await openReceiver()];
  await bed.take(...known('ada'));
  webhook = await bed.webhook(receiver.url);
  receiver.answers((response) => void response.writeHead(400).end());
  bed.start({ pace: { ...quick, until: 50 } });
  await bed.take(happens('ada', 'IdentitySuspended'));
});
afterAll(async () => {
  await bed.close();
  await receiver.close();
});

const run = (...args: readonly string[]) => {
  const { connectionString = '' } = bed.database.pool.options;
  return plinth({ environment: { DATABASE_URL: connectionString }, options: [] }, 'webhooks', ...args);
};

describe('the operator of a node', () => {
  it('sees what was given up and has it sent again, beside the running node', async () => {
    await eventually(async () => expect(await run('list')).toContain('0 waiting  1 dead'));
    const listed = await run('list');
    expect(listed).toContain(`${webhook}  party clinic  confirmed`);
    expect(listed).toContain(new URL(receiver.url).origin);
    expect(listed).not.toContain(new URL(receiver.url).pathname);
    const line = await run('dead', webhook);
    expect(line).toMatch(/^[0-9a-f-]{36} {2}identity\.suspended {2}of 2026-06-01T00:00:00.000Z .* HTTP 400$/);
    expect(line).not.toContain(bed.keystore.pairwise('clinic', 'ada'));
    const [notice = ''] = line.split(' ');
    receiver.answers((response) => void response.writeHead(202).end());
    expect(await run('resend', webhook, notice)).toBe('1 back in the queue');
    await eventually(async () => expect(await run('list')).toContain('0 waiting  0 dead'));
    expect(receiver.received.at(-1)?.jti).toBe(notice);
    expect(await run('resend', webhook)).toBe('0 back in the queue');
  });

  it('is told which ids there are none of', async () => {
    await expect(run('dead', 'nonsense')).rejects.toThrow('ERR_SETTING: no id: plinth webhooks list');
    await expect(run('dead', crypto.randomUUID())).rejects.toThrow('ERR_SETTING: no such webhook');
  });
});
