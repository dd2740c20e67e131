import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { eventually } from '#test/eventually.ts';
import { ask, openGatewayNode, type GatewayNode } from '#test/gatewayNode.ts';
import { listen } from '#test/listening.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../server.ts';
import { issueDemoToken } from '../tokens/demoToken.ts';

let node: GatewayNode;
beforeAll(async () => {
  node = await openGatewayNode();
});
afterAll(() => node.close());

/** A further gateway before the same node. */
async function openGateway(options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  const { country, ledger } = node.node.registry;
  const gateway = await createGateway({
    ...{ ...node.node, country, ledger, logger: pino({ level: 'silent' }), port: 0 },
    ...options,
  });
  if (options.ledger === undefined) await eventually(() => gateway.caughtUp());
  return gateway;
}

const query = 'subscription ($after: String) { it: facts(after: $after) { cursor type } }';
const auditor = (url: string, token: string | undefined = node.tokens.auditor, text = query) =>
  listen<{ readonly cursor: string }>({ url, token, query: text, after: 'beginning' });
const accepting = (accept: string) => ({ method: 'POST', headers: { 'content-type': 'application/json', accept } });
const until = (condition: () => boolean) => eventually(() => expect(condition()).toBe(true));

describe('a subscription', () => {
  it('ends with the token, which nobody outlasts', async () => {
    const token = await issueDemoToken(node.signer, { kind: 'auditor', auditor: 'a' }, { lifetimeSeconds: 2 });
    const listening = auditor(node.url, token);
    await until(() => listening.heard.length > 0);
    expect(await listening.ended).toEqual(['ERR_TOKEN_EXPIRED']);
    expect(await auditor(node.url, token).ended).toEqual([401, 'ERR_TOKEN_EXPIRED']);
  });

  it('is for those it is for', async () => {
    const noticesOf = (token: string) => auditor(node.url, token, 'subscription { it: notices { id } }');
    expect(await auditor(node.url, node.tokens.clinic).ended).toEqual([403, 'ERR_FORBIDDEN']);
    expect(await auditor(node.url, await node.resident('x')).ended).toEqual([403, 'ERR_FORBIDDEN']);
    expect(await noticesOf(node.tokens.auditor).ended).toEqual([403, 'ERR_FORBIDDEN']);
    expect(await noticesOf(await node.officer('registrar')).ended).toEqual([403, 'ERR_FORBIDDEN']);
    const nobody = await fetch(`${node.url}/graphql`, {
      ...accepting('text/event-stream'),
      body: JSON.stringify({ query }),
    });
    expect([nobody.status, await nobody.text()]).toEqual([401, expect.stringContaining('ERR_UNAUTHENTICATED')]);
  });

  it('is one to an operation, and no deeper or wider than a query', async () => {
    const refusedAs = async (text: string) => auditor(node.url, undefined, text).ended;
    const two = 'subscription { it: facts { type } other: facts { type } }';
    expect((await refusedAs(two)).at(-1)).toBe('GRAPHQL_VALIDATION_FAILED');
    const wide = Array.from({ length: 20 }, (_, index) => `a${index}: type`).join(' ');
    expect((await refusedAs(`subscription { it: facts { ${wide} } }`)).at(-1)).toBe('ERR_QUERY_TOO_COMPLEX');
    const schema = await refusedAs('subscription { it: facts { type } __schema { types { name } } }');
    expect(schema.at(-1)).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  it('is refused to who takes no event stream, and what nobody can read is refused as one', async () => {
    const body = JSON.stringify({ query, variables: { after: 'beginning' } });
    expect(await ask(node.url, node.tokens.auditor, body)).toMatchObject({
      status: 406,
      codes: ['ERR_NOT_ACCEPTABLE'],
    });
    expect(await auditor(node.url, undefined, 'subscription {').ended).toEqual(['GRAPHQL_PARSE_FAILED']);
  });

  it('is kept alive while nothing is to be said', async () => {
    const headers = { ...accepting('text/event-stream').headers, authorization: `Bearer ${node.tokens.auditor}` };
    const response = await fetch(`${node.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('cache-control')).toBe('no-store');
    let comments = 0;
    for await (const piece of response.body ?? []) {
      comments +=
        Buffer.from(piece as Uint8Array)
          .toString()
          .split(':\n\n').length - 1;
      if (comments > 2) break;
    }
    expect(comments).toBeGreaterThan(2);
  });

  it('waits for a node that has not caught up', async () => {
    const { ledger } = node.node.registry;
    const gateway = await openGateway({ ledger: { ...ledger, tip: () => Promise.resolve(1_000_000) } });
    expect(await auditor(gateway.url).ended).toEqual([503, 'ERR_CATCHING_UP']);
    await gateway.close();
  });
});

describe('a gateway with few places', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await openGateway({ subscriptionLimits: { perCaller: 2, perNode: 3 } });
  });
  afterAll(() => gateway.close());

  it('refuses a caller one too many, and gives places back to those who hang up, by word or by cable', async () => {
    const two = [auditor(gateway.url), auditor(gateway.url)];
    await until(() => two.every(({ heard }) => heard.length > 0));
    expect(await auditor(gateway.url).ended).toEqual([429, 'ERR_TOO_MANY_SUBSCRIPTIONS']);
    const registrar = auditor(gateway.url, await issueDemoToken(node.signer, { kind: 'auditor', auditor: 'b' }));
    await until(() => registrar.heard.length > 0);
    const third = await issueDemoToken(node.signer, { kind: 'auditor', auditor: 'c' });
    expect(await auditor(gateway.url, third).ended).toEqual([429, 'ERR_TOO_MANY_SUBSCRIPTIONS']);
    for (const each of [...two, registrar]) each.hangUp();
    await eventually(async () => {
      const next = auditor(gateway.url);
      await Promise.race([next.ended, pause(100)]);
      const heard = next.heard.length;
      next.hangUp();
      expect(heard).toBeGreaterThan(0);
    });
  });

  it('gives places back of whoever was cut off before the answer', async () => {
    for (let count = 0; count < 20; count += 1) {
      const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
      const body = JSON.stringify({ query });
      const head = `POST /graphql HTTP/1.1\r\nhost: n\r\naccept: text/event-stream\r\ncontent-type: application/json`;
      const rest = `authorization: Bearer ${node.tokens.auditor}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
      socket.write(`${head}\r\n${rest}`);
      await pause(count);
      socket.destroy();
    }
    const next = auditor(gateway.url);
    await until(() => next.heard.length > 0);
    next.hangUp();
  });
});

describe('a gateway that stops', () => {
  it('tells everybody who listens, waits for no dead ones, and is gone', async () => {
    const gateway = await openGateway();
    const listening = [auditor(gateway.url), auditor(gateway.url)];
    await until(() => listening.every(({ heard }) => heard.length > 0));
    const headers = { ...accepting('text/event-stream').headers, authorization: `Bearer ${node.tokens.auditor}` };
    const stalled = request(`${gateway.url}/graphql`, { method: 'POST', headers });
    stalled.on('error', () => undefined).on('response', (response) => response.pause());
    stalled.end(JSON.stringify({ query, variables: { after: 'beginning' } }));
    await pause(50);
    const closed = gateway.close();
    for (const { ended } of listening) expect(await ended).toEqual(['ERR_NODE_STOPPING']);
    await closed;
    await expect(fetch(gateway.url)).rejects.toThrow();
  });
});
