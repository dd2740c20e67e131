import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { ask, openGatewayNode, type GatewayNode } from '#test/gatewayNode.ts';
import { createGateway, type Gateway } from './server.ts';

let demo: GatewayNode;
let gateway: Gateway;
beforeAll(async () => {
  demo = await openGatewayNode();
  const { country, ledger } = demo.node.registry;
  const logger = pino({ level: 'silent' });
  gateway = await createGateway({ ...demo.node, country: { ...country, demo: false }, ledger, logger, port: 0 });
});
afterAll(async () => {
  await gateway.close();
  await demo.close();
});

const send = (query: string, token?: string) => ask(gateway.url, token, JSON.stringify({ query }));

describe('a country that is no demo', () => {
  it('takes no demo token, though its own key has signed it', async () => {
    const token = await demo.resident('x');
    expect(await send('{ me { status } }', token)).toMatchObject({ status: 401, codes: ['ERR_TOKEN_INVALID'] });
  });

  it('takes no access token that another gateway has given', async () => {
    const { codes } = await send('{ me { status } }', demo.tokens.clinic);
    expect(codes).toEqual(['ERR_TOKEN_INVALID']);
  });

  it('shows neither its schema nor a page to try it', async () => {
    expect((await send('{ __schema { types { name } } }')).codes).toEqual(
      expect.arrayContaining(['GRAPHQL_VALIDATION_FAILED']),
    );
    const response = await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(response.status).toBe(405);
  });

  it('does not help to guess field names', async () => {
    const body = JSON.stringify({ query: '{ identit { x } }' });
    const headers = { 'content-type': 'application/json' };
    const text = await (await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body })).text();
    expect(text).not.toContain('Did you mean');
  });
});

describe('a demo', () => {
  it('has a page to try queries out', async () => {
    const response = await fetch(`${demo.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.status).toBe(200);
  });
});
