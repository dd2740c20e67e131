import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose';
import { PublicKey } from '#domain/publicKey.ts';
import { createNodeSigner, type NodeSigner } from '../nodeSigner.ts';
import { createProvider, type Client } from './provider.ts';

type Alg = 'ES256' | 'EdDSA';
let server: Server;
let issuer: string;
let signer: NodeSigner;
let clients: Map<string, Client>;
let faults: unknown[];

beforeEach(async () => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  signer = await createNodeSigner('civil-registry', await exportJWK(privateKey));
  clients = new Map();
  faults = [];
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oidc`; // it listens on TCP
  const provider = createProvider({
    issuer,
    signer,
    findClient: (party) =>
      party === 'broken' ? Promise.reject(new Error('away')) : Promise.resolve(clients.get(party)),
    onFault: (error) => faults.push(error),
  });
  const handle = provider.callback();
  server.on('request', (request, response) => {
    Object.assign(request, { originalUrl: request.url, url: request.url?.replace('/oidc', '') });
    void handle(request, response);
  });
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

async function newParty(party: string, alg: Alg = 'ES256'): Promise<JWK> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  clients.set(party, { party, keys: [PublicKey.parse(await exportJWK(publicKey))] });
  return { ...(await exportJWK(privateKey)), alg };
}

async function assertion(party: string, key: JWK, lifetime = '1m'): Promise<string> {
  return new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: key.alg ?? 'ES256' })
    .setIssuer(party)
    .setSubject(party)
    .setAudience(issuer)
    .setIssuedAt()
    .setExpirationTime(lifetime)
    .sign(await importJWK(key));
}

async function askToken(clientAssertion: string, more: Record<string, string> = {}) {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'identity',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: clientAssertion,
      ...more,
    }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }; // RFC 6749 §5: an object
}

describe('an approved party', () => {
  it.each<Alg>(['ES256', 'EdDSA'])('gets a short access token for this gateway with its %s key', async (alg) => {
    const key = await newParty('clinic', alg);
    const { status, body } = await askToken(await assertion('clinic', key));
    expect({ status, type: body['token_type'], seconds: body['expires_in'] }).toEqual({
      status: 200,
      type: 'Bearer',
      seconds: 300,
    });
    const claims = await signer.verify('at+jwt', String(body['access_token']), { issuer });
    expect(claims).toMatchObject({ client_id: 'clinic', scope: 'identity' });
  });

  it('cannot use an assertion twice', async () => {
    const once = await assertion('clinic', await newParty('clinic'));
    expect((await askToken(once)).status).toBe(200);
    expect((await askToken(once)).body['error']).toBe('invalid_client');
  });

  it('gets nothing for an assertion that outlives the memory of used ones', async () => {
    const key = await newParty('clinic');
    expect((await askToken(await assertion('clinic', key, '10m'))).body['error']).toBe('invalid_client');
  });

  it('gets nothing with the key of another', async () => {
    await newParty('clinic');
    const key = await newParty('bank');
    expect((await askToken(await assertion('clinic', key))).body['error']).toBe('invalid_client');
  });

  it('gets no token for another resource', async () => {
    const key = await newParty('clinic');
    const { body } = await askToken(await assertion('clinic', key), { resource: 'urn:plinth:gateway:bank' });
    expect(body['error']).toBe('invalid_target');
  });
});

describe('a party that is not approved, or not any more', () => {
  it('gets nothing', async () => {
    const key = await newParty('clinic');
    clients.delete('clinic');
    expect((await askToken(await assertion('clinic', key))).status).toBe(401);
  });
});

describe('a provider whose database is away', () => {
  it('says so without a stack trace, and reports the fault', async () => {
    const key = await newParty('broken');
    const { body } = await askToken(await assertion('broken', key));
    expect(Object.keys(body)).toEqual(['error', 'error_description']);
    expect(faults).toHaveLength(1);
  });
});
