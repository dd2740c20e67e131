import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '#test/eventually.ts';
import { openGatewayNode, type GatewayNode } from '#test/gatewayNode.ts';
import { openReceiver, type Receiver } from '#test/webhookReceiver.ts';

// A whole way: a person says yes to a party, the party's webhook is told, and the party asks by what it was told.
let gateway: GatewayNode;
let receiver: Receiver;
let person: { readonly id: string; readonly number: string };
beforeAll(async () => {
  gateway = await openGatewayNode();
  receiver = await openReceiver();
  await webhook(receiver.url, () => ['urn:plinth:webhook:challenge:1', receiver.received.at(-1)?.detail ?? {}]);
  person = await newPerson();
});
afterAll(async () => {
  await receiver.close();
  await gateway.close();
});

async function asked(token: string, query: string, variables: object = {}): Promise<Record<string, unknown>> {
  const { data, codes } = await gateway.ask(token, query, variables);
  expect(codes).toEqual([]);
  return Object.values(data)[0] as Record<string, unknown>; // one field, which is never null
}

type Event = readonly [name: string, detail: Readonly<Record<string, string>>];

/** Registers a webhook and confirms it by what came to its address last. */
async function webhook(url: string, lastEvent: () => Event): Promise<void> {
  const token = gateway.tokens.clinic;
  await asked(token, 'mutation ($url: String!) { registerWebhook(url: $url) { ... on Webhook { id failure } } }', {
    url,
  });
  await eventually(() => expect(lastEvent()[0]).toBe('urn:plinth:webhook:challenge:1'));
  const { webhook: id, token: shown } = lastEvent()[1];
  const confirm = `mutation ($id: ID!, $shown: String!) { confirmWebhook(id: $id, token: $shown) { ... on Webhook { state } } }`;
  expect(await asked(token, confirm, { id, shown })).toEqual({ state: 'CONFIRMED' });
}

async function newPerson() {
  const registrar = await gateway.officer('registrar');
  const made = await asked(
    registrar,
    `mutation ($enrolment: String!) { registerIdentity(enrolmentId: $enrolment, attributes: {
      givenName: [{ language: eng, value: "Ada" }], surname: [{ language: eng, value: "Byron" }],
      dateOfBirth: "1984-02-29" }) { ... on Registered { id number } } }`,
    { enrolment: crypto.randomUUID() },
  );
  return made as typeof person;
}

const give = `mutation ($until: Instant!) { giveConsent(party: "clinic", purpose: ServiceProvision,
  claims: [{ attribute: givenName, accepted: true }], validUntil: $until) { ... on Receipt { id } } }`;
const withdraw = 'mutation ($id: ID!) { withdrawConsent(id: $id) { __typename } }';
const read = `query ($id: ID!) { notice(id: $id) {
  ... on PartyNotice { id type uri subject detail } ... on Refused { code } } }`;
const ask = `query ($subject: String!) { identity(by: { subject: $subject }, purpose: ServiceProvision,
  claims: [{ attribute: givenName }]) { __typename ... on Released { attributes { givenName } } ... on Refused { code reason } } }`;
const authenticate = `mutation ($subject: String!) { authenticate(by: { subject: $subject }, transaction: "t",
  demographics: [{ attribute: givenName, value: "Ada" }]) { ... on Authentication { authenticated } } }`;

describe('a party that is told of a consent', () => {
  let consent: string;
  let told: { readonly jti: string; readonly subject: string };
  beforeAll(async () => {
    const until = new Date(Date.now() + 3_600_000).toISOString();
    consent = String((await asked(await gateway.resident(person.id), give, { until }))['id']);
    await eventually(() => expect(receiver.received.at(-1)?.type).toBe('consent.given'));
    const { jti, subject = '' } = receiver.received.at(-1) ?? { jti: '' };
    told = { jti, subject };
  });

  it('is sent nothing of the person but a name of its own', () => {
    const texts = receiver.received.map(({ text }) => Buffer.from(text.split('.')[1] ?? '', 'base64url').toString());
    expect(texts.join()).toContain(told.subject);
    for (const secret of [person.id, person.number, consent, 'Ada', 'givenName', 'ServiceProvision'])
      expect(texts.join()).not.toContain(secret);
  });

  it('reads what stands in it, nobody else does, and the person sees that', async () => {
    expect(await asked(gateway.tokens.clinic, read, { id: told.jti })).toMatchObject({
      ...{ id: told.jti, type: 'consent.given', uri: 'urn:plinth:notice:consent.given:1', subject: told.subject },
      detail: { purpose: 'ServiceProvision', attributes: ['givenName'] },
    });
    const none = { code: 'ERR_NOT_FOUND' };
    expect(await asked(gateway.tokens.bank, read, { id: told.jti })).toEqual(none);
    expect(await asked(gateway.tokens.clinic, read, { id: crypto.randomUUID() })).toEqual(none);
    expect(await asked(gateway.tokens.clinic, read, { id: 'no id at all' })).toEqual(none);
    const looks = '{ me { accesses { edges { node { party kind decision } } } } }';
    const { data } = await gateway.ask(await gateway.resident(person.id), looks);
    expect(data).toMatchObject({
      me: { accesses: { edges: [{ node: { party: 'clinic', kind: 'notice', decision: 'consent.given' } }] } },
    });
  });

  it('asks by it, as long as the consent counts, and nobody else can', async () => {
    const { subject } = told;
    const unavailable = { __typename: 'Refused', code: 'NOT_AVAILABLE' };
    const released = { __typename: 'Released', attributes: { givenName: 'Ada' } };
    expect(await asked(gateway.tokens.clinic, ask, { subject })).toEqual(released);
    expect(await asked(gateway.tokens.clinic, authenticate, { subject })).toEqual({ authenticated: true });
    const foreign = await asked(gateway.tokens.bank, ask, { subject });
    const madeUp = await asked(gateway.tokens.bank, ask, { subject: 'A'.repeat(43) });
    expect(foreign).toMatchObject(unavailable);
    expect(madeUp).toEqual(foreign);
    expect(await asked(gateway.tokens.bank, authenticate, { subject })).toEqual({ authenticated: false });
    expect(await asked(gateway.tokens.clinic, ask, { subject: 'x' })).toMatchObject({ code: 'ERR_MALFORMED' });
    await asked(await gateway.resident(person.id), withdraw, { id: consent });
    expect(await asked(gateway.tokens.clinic, ask, { subject })).toEqual(madeUp);
    await eventually(() => expect(receiver.received.at(-1)).toMatchObject({ type: 'consent.withdrawn', subject }));
  });
});

describe('the receiver of the examples', () => {
  let child: ChildProcess;
  let url: string;
  const lines: string[] = [];
  beforeAll(async () => {
    child = spawn(process.execPath, ['docs/examples/webhookReceiver.ts'], {
      env: { PORT: new URL(gateway.url).port, RECEIVER_PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    const port = await eventually(() => {
      const found = /port: (\d+)/.exec(lines.join());
      expect(found).not.toBeNull();
      return found?.[1] ?? '';
    });
    url = `http://127.0.0.1:${port}/`;
  });
  afterAll(() => void child.kill());

  const post = async (body: string) => (await fetch(url, { method: 'POST', body })).status;
  const printed = () =>
    lines.slice(1).map((line) => JSON.parse(line) as { jti: string; events: Record<string, Event[1]> }); // the example's own lines

  it('takes what comes to a webhook once, and refuses what is old, forged or for others', async () => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { aud: 'clinic', iat: now, jti: 'n-1', events: { 'urn:plinth:notice:identity.deceased:1': {} } };
    const signed = await gateway.signer.sign('secevent+jwt', claims);
    expect([await post(signed), await post(signed)]).toEqual([202, 202]);
    expect(printed().map(({ jti }) => jti)).toEqual(['n-1']);
    const refused = [
      await gateway.signer.sign('secevent+jwt', { ...claims, jti: 'n-2', iat: now - 400 }),
      await gateway.signer.sign('secevent+jwt', { ...claims, jti: 'n-3', iat: now + 400 }),
      await gateway.signer.sign('secevent+jwt', { ...claims, jti: 'n-4', aud: 'bank' }),
      await gateway.signer.sign('at+jwt', { ...claims, jti: 'n-5' }),
      `${signed.slice(0, -8)}AAAAAAAA`,
      'nonsense',
    ];
    for (const text of refused) expect(await post(text)).toBe(400);
    expect(printed()).toHaveLength(1);
  });

  it('is confirmed and told like any other', async () => {
    const lastEvent = () =>
      printed()
        .flatMap(({ events }) => Object.entries(events))
        .at(-1) ?? (['', {}] as const);
    await webhook(url, lastEvent);
    const { id } = await newPerson();
    await asked(await gateway.resident(id), give, { until: new Date(Date.now() + 3_600_000).toISOString() });
    await eventually(() => expect(lastEvent()[0]).toBe('urn:plinth:notice:consent.given:1'));
  });
});
