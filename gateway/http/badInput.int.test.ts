import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { ask, openGatewayNode, type GatewayNode } from '#test/gatewayNode.ts';
import { issueDemoToken } from '../tokens/demoToken.ts';

let gateway: GatewayNode;
let registrar: string;
let facts: number;

/** Facts on the ledger; what the node itself says of its logs is not counted. */
async function countFacts(): Promise<number> {
  const { registry, ingest, database } = gateway.node;
  await ingest.reached((await registry.ledger.status()).height - 1);
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from store.events where block is not null and stream not like 'anchor-%'
  `.execute(database.kysely);
  return rows[0]?.count ?? 0;
}

beforeAll(async () => {
  gateway = await openGatewayNode();
  registrar = await gateway.officer('registrar');
  facts = await countFacts();
});
afterAll(async () => {
  // Whatever came in, nothing was written, and nothing failed inside.
  expect(await countFacts()).toBe(facts);
  expect(gateway.log()).not.toContain('request failed');
  await gateway.close();
});

const send = (body: string | Uint8Array, token?: string) => ask(gateway.url, token, body);
const query = (text: string, variables?: object) => JSON.stringify({ query: text, variables });
const registration = (attributes: string) =>
  query(`mutation { registerIdentity(enrolmentId: "e1", attributes: {${attributes}}) {
    ... on Refused { code reason } ... on Registered { id } } }`);

describe('a body that is no question', () => {
  it.each<[string, string | Uint8Array]>([
    ['nothing', ''],
    ['broken JSON', '{"query": "{ me'],
    ['JSON that is no object', '[1, 2]'],
    ['no query', '{"variables": {}}'],
    ['a query that is a number', '{"query": 7}'],
    ['variables that are a text', '{"query": "{ me { status } }", "variables": "x"}'],
    ['invalid UTF-8', Uint8Array.from([0x7b, 0xff, 0xfe, 0x7d])],
    ['U+0000 in a variable', '{"query": "{ me { status } }", "variables": {"x": "\\u0000"}}'],
    ['half a surrogate pair', '{"query": "{ me { status } }", "variables": {"x": "\\ud800"}}'],
    [
      'values without a bottom',
      `{"query": "{ me { status } }", "variables": {"x": ${'['.repeat(9e4)}${']'.repeat(9e4)}}}`,
    ],
  ])('is refused: %s', async (_case, body) => {
    expect(await send(body)).toMatchObject({ status: 400, codes: ['ERR_MALFORMED'] });
  });

  it('is refused when it has 5 MB', async () => {
    expect(await send(' '.repeat(5_000_000))).toMatchObject({ status: 413, codes: ['ERR_BODY_TOO_LARGE'] });
  });

  it('is refused when it is too long and does not say so first', async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let each = 0; each < 5; each += 1) controller.enqueue(new Uint8Array(100_000));
        controller.close();
      },
    });
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body, duplex: 'half' as const };
    expect((await fetch(`${gateway.url}/graphql`, init)).status).toBe(413);
  });

  it.each([
    ['another method', { method: 'PUT' }, 405, 'ERR_METHOD_NOT_ALLOWED'],
    ['a form', { method: 'POST', body: new URLSearchParams({ query: '{ me { status } }' }) }, 415, 'ERR_MEDIA_TYPE'],
  ])('is refused with %s', async (_case, init, status, code) => {
    const response = await fetch(`${gateway.url}/graphql`, init);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(code);
  });
});

describe('a query that asks too much', () => {
  it.each([
    ['deep', `{ me { consents { edges { node { ${'claims { '.repeat(12)} attribute ${'} '.repeat(12)} } } } } }`],
    ['wide', `{ ${Array.from({ length: 30 }, (_, each) => `a${each}: me { status }`).join(' ')} }`],
    ['long', `{ me { ${'status '.repeat(3000)} } }`],
    ['full of directives', `{ me { status ${'@include(if: true) '.repeat(40)} } }`],
  ])('is refused when it is %s', async (_case, text) => {
    const { status, codes } = await send(query(text));
    expect(codes).toEqual(['ERR_QUERY_TOO_COMPLEX']);
    expect(status).toBeLessThan(500);
  });

  it('may still be learned from: introspection of a demo works', async () => {
    const { status, codes } = await send(query('{ __schema { types { name fields { name type { name } } } } }'));
    expect({ status, codes }).toEqual({ status: 200, codes: [] });
  });
});

describe('a query that GraphQL does not understand', () => {
  it.each([
    ['broken', '{ me {', 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{ everybody { name } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['an unknown command', 'mutation { makeKing(id: "x") { code } }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'an unknown purpose',
      '{ identity(by: {number: "1"}, purpose: Fun, claims: []) { __typename } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('has a code: %s', async (_case, text, code) => {
    const { status, codes } = await send(query(text));
    expect(codes).toContain(code);
    expect(status).toBeLessThan(500);
  });

  it('has a code: a variable of the wrong type', async () => {
    const text = 'query ($s: String!) { streamIntact(stream: $s) { intact } }';
    expect((await send(query(text, { s: 7 }))).codes).toEqual(['ERR_MALFORMED']);
  });

  it('has a code: a text in the query itself that cannot be kept', async () => {
    const text = 'mutation { suspendRelyingParty(id: "a\\u0000", reason: COURT_ORDER) { ... on Refused { code } } }';
    expect((await send(query(text), registrar)).data).toEqual({ suspendRelyingParty: { code: 'ERR_MALFORMED' } });
  });
});

describe('a cursor that no page gave', () => {
  const cursor = (offset: string) => Buffer.from(`OffsetConnection:${offset}`).toString('base64');

  it.each(['99999999999999999999', '-99', 'x'])('is refused: %s', async (offset) => {
    const mine = query('query ($c: String) { me { accesses(first: 1, after: $c) { edges { cursor } } } }', {
      c: cursor(offset),
    });
    expect((await send(mine, await gateway.resident('x'))).codes).toEqual(['ERR_MALFORMED']);
    const facts = query('query ($c: String) { history(stream: "agency-x", after: $c) { edges { cursor } } }', {
      c: cursor(offset),
    });
    expect((await send(facts, gateway.tokens.auditor)).codes).toEqual(['ERR_MALFORMED']);
  });
});

describe('an answer', () => {
  it.each(['image/png', 'text/event-stream', 'multipart/mixed', 'rubbish'])(
    'is JSON also where %s is wanted',
    async (accept) => {
      const headers = { 'content-type': 'application/json', accept };
      const init = { method: 'POST', headers, body: query('{ me { status } }') };
      const response = await fetch(`${gateway.url}/graphql`, init);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'ERR_UNAUTHENTICATED' } }] });
    },
  );
});

describe('a client id that cannot be one', () => {
  it('is refused like one that nobody has', async () => {
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'a\u0000' });
    const response = await fetch(`${gateway.url}/oidc/token`, { method: 'POST', body });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: 'invalid_client' });
  });
});

describe('a token that does not hold', () => {
  const me = query('{ me { status } }');

  it.each([
    ['no token at all', 'rubbish'],
    ['a token nobody signed', 'eyJhbGciOiJub25lIn0.e30.'],
  ])('is refused: %s', async (_case, token) => {
    expect(await send(me, token)).toMatchObject({ status: 401, codes: ['ERR_TOKEN_INVALID'] });
  });

  it('is refused when it has expired', async () => {
    const token = await issueDemoToken(gateway.signer, { kind: 'resident', identity: 'x' }, { lifetimeSeconds: -10 });
    expect(await send(me, token)).toMatchObject({ status: 401, codes: ['ERR_TOKEN_EXPIRED'] });
  });

  it('is refused when it was changed', async () => {
    const [header, payload, signature = ''] = (await gateway.resident('x')).split('.');
    const other = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
    const token = `${header}.${payload}.${other}`;
    expect(await send(me, token)).toMatchObject({ status: 401, codes: ['ERR_TOKEN_INVALID'] });
  });

  it('is asked for when it is missing', async () => {
    expect(await send(me)).toMatchObject({ status: 401, codes: ['ERR_UNAUTHENTICATED'] });
  });
});

describe('values that break the rules', () => {
  it.each([
    [
      'a wrong check digit',
      '{ identity(by: {number: "1234567891"}, purpose: ServiceProvision, claims: [{attribute: givenName}]) { ... on Refused { code } } }',
      'ERR_NUMBER_INVALID',
    ],
    [
      'a number that is none',
      '{ identity(by: {number: "abc"}, purpose: ServiceProvision, claims: [{attribute: givenName}]) { ... on Refused { code } } }',
      'ERR_NUMBER_INVALID',
    ],
    [
      'no claims',
      '{ identity(by: {number: "1"}, purpose: ServiceProvision, claims: []) { ... on Refused { code } } }',
      'ERR_MALFORMED',
    ],
  ])('are refused: %s', async (_case, text, code) => {
    expect((await send(query(text), gateway.tokens.clinic)).data).toEqual({ identity: { code } });
  });

  it.each([
    ['an impossible date', 'dateOfBirth: "1984-02-30"', 'dateOfBirth: format'],
    ['an over-long name', `givenName: [{language: eng, value: "${'x'.repeat(2000)}"}]`, 'givenName'],
    ['a language twice', 'givenName: [{language: eng, value: "a"}, {language: eng, value: "b"}]', 'givenName'],
  ])('are refused at the registration: %s, by name and never by value', async (_case, attributes, reason) => {
    const { data } = await send(registration(attributes), registrar);
    expect(data).toMatchObject({ registerIdentity: { code: 'ERR_VALUE_INVALID' } });
    expect(JSON.stringify(data)).toContain(reason);
  });

  it('are refused with an unknown schema version', async () => {
    const text = 'mutation { publishIdentitySchema(version: 99) { ... on Refused { code } } }';
    const token = await gateway.officer('policy-manager');
    expect((await send(query(text), token)).data).toEqual({ publishIdentitySchema: { code: 'ERR_SCHEMA_UNKNOWN' } });
  });

  it.each([
    ['an officer without the role', 'auditor', 'ERR_ROLE_MISSING'],
    ['an officer nobody knows', 'stranger', 'ERR_AUTHORITY_MISSING'],
  ])('are refused from %s', async (_case, officer, code) => {
    const { data } = await send(registration('dateOfBirth: "1984-02-29"'), await gateway.officer(officer));
    expect(data).toMatchObject({ registerIdentity: { code } });
  });
});

describe('the pages beside GraphQL', () => {
  it('tell who asks for another what there is', async () => {
    const response = await fetch(`${gateway.url}/etc/passwd`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('ERR_NO_SUCH_PAGE');
  });

  it('say that the node lives and is ready', async () => {
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
    const ready = await fetch(`${gateway.url}/ready`);
    const body: unknown = await ready.json();
    expect({ status: ready.status, body }).toEqual({
      status: 200,
      body: {
        ready: true,
        ledger: 'ready',
        database: 'ready',
        ingest: 'ready',
        values: 'complete',
        log: 'ready',
        webhooks: 'ready',
      },
    });
  });
});
