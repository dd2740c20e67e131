import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '#test/eventually.ts';
import { openGatewayNode, type GatewayNode } from '#test/gatewayNode.ts';
import { openReceiver, type Receiver } from '#test/webhookReceiver.ts';

let gateway: GatewayNode;
let receiver: Receiver;
beforeAll(async () => {
  gateway = await openGatewayNode();
});
afterAll(() => gateway.close());
beforeEach(async () => {
  receiver = await openReceiver();
});
afterEach(async () => {
  await receiver.close();
  await gateway.node.database.pool.query('delete from store.webhooks; delete from store.webhook_challenges');
});

const fields = '__typename ... on Webhook { id url types state failure waiting } ... on Refused { code reason }';
const register = `mutation ($url: String!, $types: [String!]! = []) { registerWebhook(url: $url, types: $types) { ${fields} } }`;
const confirm = `mutation ($id: ID!, $token: String!) { confirmWebhook(id: $id, token: $token) { ${fields} } }`;
const remove = 'mutation ($id: ID!) { removeWebhook(id: $id) { __typename ... on Refused { code } } }';
const list = '{ webhooks { id state failure } }';

async function asked(token: string, query: string, variables: object = {}): Promise<Record<string, unknown>> {
  const { data, codes } = await gateway.ask(token, query, variables);
  expect(codes).toEqual([]);
  return Object.values(data)[0] as Record<string, unknown>; // one field, which is never null
}
const registered = (token = gateway.tokens.clinic, variables: object = {}) =>
  asked(token, register, { url: receiver.url, ...variables });
const shown = () => receiver.received.at(-1)?.detail ?? {};

describe('a webhook of a party', () => {
  it('means nothing before its token was shown', async () => {
    const made = await registered();
    expect(made).toMatchObject({ state: 'UNCONFIRMED', failure: null, url: receiver.url, waiting: 0 });
    expect(made['types']).toContain('consent.withdrawn');
    expect(made['types']).not.toContain('identity.created');
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]).toMatchObject({ aud: 'clinic', typ: 'secevent+jwt', type: 'challenge' });
    expect(shown()['webhook']).toBe(made['id']);
    const wrong = { id: made['id'], token: 'A'.repeat(43) };
    expect(await asked(gateway.tokens.clinic, confirm, wrong)).toMatchObject({ code: 'ERR_NOT_FOUND' });
    const right = { id: made['id'], token: shown()['token'] };
    expect(await asked(gateway.tokens.bank, confirm, right)).toMatchObject({ code: 'ERR_NOT_FOUND' });
    expect(await asked(gateway.tokens.clinic, confirm, right)).toMatchObject({ state: 'CONFIRMED' });
    expect(await asked(gateway.tokens.clinic, confirm, right)).toMatchObject({ code: 'ERR_NOT_FOUND' });
  });

  it('that nobody confirms in time is gone', async () => {
    const { id } = await registered();
    await gateway.node.database.pool.query("update store.webhooks set expires_at = now() - interval '1 second'");
    expect(await asked(gateway.tokens.clinic, list)).toEqual([]);
    const late = { id, token: shown()['token'] };
    expect(await asked(gateway.tokens.clinic, confirm, late)).toMatchObject({ code: 'ERR_NOT_FOUND' });
  });

  it('is seen and removed by the party and by nobody else', async () => {
    const { id } = await registered();
    expect(await asked(gateway.tokens.clinic, list)).toEqual([{ id, state: 'UNCONFIRMED', failure: null }]);
    expect(await asked(gateway.tokens.bank, list)).toEqual([]);
    expect(await asked(gateway.tokens.bank, remove, { id })).toMatchObject({ code: 'ERR_NOT_FOUND' });
    expect(await asked(gateway.tokens.clinic, remove, { id })).toMatchObject({ __typename: 'RemovedWebhook' });
    expect(await asked(gateway.tokens.clinic, remove, { id })).toMatchObject({ code: 'ERR_NOT_FOUND' });
    expect(await asked(gateway.tokens.clinic, remove, { id: 'no id at all' })).toMatchObject({ code: 'ERR_NOT_FOUND' });
  });

  it.each([
    'http://8.8.8.8/',
    'https://10.0.0.1/',
    'https://169.254.169.254/latest',
    'https://[::ffff:10.0.0.1]/',
    'https://user:secret@example.org/',
    'ldap://127.0.0.1/',
    'nonsense',
  ])('is not at %s', async (url) => {
    expect(await registered(undefined, { url })).toMatchObject({ code: 'ERR_ADDRESS_REFUSED' });
    expect(await asked(gateway.tokens.clinic, list)).toEqual([]);
  });

  it('is told nothing that parties are never told', async () => {
    expect(await registered(undefined, { types: ['identity.created'] })).toMatchObject({ code: 'ERR_MALFORMED' });
    expect(await registered(undefined, { types: ['identity.born'] })).toMatchObject({ code: 'ERR_MALFORMED' });
    const made = await registered(undefined, { types: ['identity.deceased', 'consent.withdrawn'] });
    expect(made['types']).toEqual(['identity.deceased', 'consent.withdrawn']);
  });

  it('says why its address did not take the token', async () => {
    receiver.answers((response) => void response.writeHead(302, { location: 'https://example.org/' }).end());
    expect(await registered()).toMatchObject({ state: 'UNCONFIRMED', failure: 'HTTP 302' });
    const url = receiver.url;
    await receiver.close();
    expect(await registered(undefined, { url })).toMatchObject({ failure: 'ERR_CONNECTION' });
  });

  it('is one of few', async () => {
    const made = await Promise.all([1, 2, 3, 4, 5].map(() => registered()));
    expect(made.filter((each) => each['code'] === 'ERR_TOO_MANY_WEBHOOKS')).toHaveLength(2);
    expect(await registered(gateway.tokens.bank)).toMatchObject({ state: 'UNCONFIRMED' });
  });
});

describe('what was given up at a webhook', () => {
  const resend = `mutation ($webhook: ID!, $notices: [ID!]) { resendNotices(webhook: $webhook, notices: $notices) {
    ... on Resent { count } ... on Refused { code } } }`;
  const dead = '{ webhooks { dead deadLetters { notice type subject failure } } }';

  it('is seen by its subscriber and by nobody else, and sent again when it asks', async () => {
    const { id } = await registered();
    await asked(gateway.tokens.clinic, confirm, { id, token: shown()['token'] });
    const { rows } = await gateway.node.database.pool.query<{ notice: string }>(
      `insert into store.webhook_deliveries (webhook, notice, type, subject, at, state, failure, died_at)
       values ($1, gen_random_uuid(), 'identity.deceased', 's', now(), 'dead', 'HTTP 400', now()) returning notice`,
      [id],
    );
    const [{ notice } = { notice: '' }] = rows;
    const letter = { notice, type: 'identity.deceased', subject: 's', failure: 'HTTP 400' };
    expect(await asked(gateway.tokens.clinic, dead)).toEqual([{ dead: 1, deadLetters: [letter] }]);
    expect(await asked(gateway.tokens.bank, dead)).toEqual([]);
    expect(await asked(gateway.tokens.bank, resend, { webhook: id })).toEqual({ code: 'ERR_NOT_FOUND' });
    const others = { webhook: id, notices: [crypto.randomUUID()] };
    expect(await asked(gateway.tokens.clinic, resend, others)).toEqual({ count: 0 });
    expect(await asked(gateway.tokens.clinic, resend, { webhook: id, notices: [notice] })).toEqual({ count: 1 });
    await eventually(() => expect(receiver.received.at(-1)).toMatchObject({ jti: notice, subject: 's' }));
  });
});

describe('a party that registers and removes without end', () => {
  it('has few tokens sent', async () => {
    for (;;) {
      const { id, code } = await registered();
      if (code === 'ERR_TOO_MANY_WEBHOOKS') break;
      await asked(gateway.tokens.clinic, remove, { id });
    }
    expect(receiver.received).toHaveLength(20);
  });
});

describe("an agency's webhook", () => {
  it('takes the role partner-manager', async () => {
    const registrar = await gateway.officer('registrar');
    expect(await registered(registrar)).toMatchObject({ code: 'ERR_ROLE_MISSING' });
    expect((await gateway.ask(registrar, list)).codes).toEqual(['ERR_FORBIDDEN']);
    const manager = await gateway.officer('partner-manager');
    expect(await registered(manager)).toMatchObject({ state: 'UNCONFIRMED' });
    expect(receiver.received.at(-1)).toMatchObject({ aud: 'urn:plinth:agency:civil-registry' });
    expect(await asked(manager, list)).toHaveLength(1);
    expect(await asked(gateway.tokens.clinic, list)).toEqual([]);
  });

  it('is told everything, under the names of the ledger', async () => {
    const manager = await gateway.officer('partner-manager');
    const { id } = await registered(manager);
    await asked(manager, confirm, { id, token: shown()['token'] });
    const enrolment = crypto.randomUUID();
    const person = await asked(
      await gateway.officer('registrar'),
      `mutation ($enrolment: String!) { registerIdentity(enrolmentId: $enrolment, attributes: {
        givenName: [{ language: eng, value: "Ada" }], surname: [{ language: eng, value: "Byron" }],
        dateOfBirth: "1984-02-29" }) { ... on Registered { id } } }`,
      { enrolment },
    );
    await eventually(() =>
      expect(receiver.received.slice(1).map(({ type, subject }) => [type, subject])).toEqual([
        ['identity.created', `identity-${String(person['id'])}`],
        ['number.issued', `identity-${String(person['id'])}`],
      ]),
    );
  });
});
