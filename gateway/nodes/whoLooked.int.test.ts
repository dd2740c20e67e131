import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { newAccessId, openAccessLog, type AccessLog } from '#projections/logs/accessRecords.ts';
import { openFileKeystore } from '#projections/keys/fileKeystore.ts';
import { startIngest } from '#projections/ingest/ingest.ts';
import { openTestDatabase } from '#projections/testing/testNode.ts';
import { eventually } from '#test/eventually.ts';
import { ask, openGatewayNode, type GatewayNode } from '#test/gatewayNode.ts';
import { createNodeSigner, type NodeSigner } from '../nodeSigner.ts';
import { createGateway, type Gateway } from '../server.ts';
import { signForNode } from './nodeToken.ts';

const logger = pino({ level: 'silent' });
const identity = 'somebody-whom-both-nodes-know';
const question = '{ whoLooked { looks { agency access { party kind decision } } nodes { agency answered reason } } }';

let civil: GatewayNode;
let other: Gateway;
let otherLog: AccessLog;
let impostor: Server;
let token: string;
const closing: (() => Promise<void>)[] = [];

/** The civil registry's gateway, told where other nodes are. */
async function asking(nodes: readonly [string, string][]): Promise<unknown> {
  const { node } = civil;
  const { country, ledger } = node.registry;
  const gateway = await createGateway({ ...node, country, ledger, logger, nodes: new Map(nodes), port: 0 });
  await eventually(() => gateway.caughtUp()); // anchors go on to the ledger while the tests run
  const { data } = await ask(gateway.url, token, JSON.stringify({ query: question }));
  await gateway.close();
  return data['whoLooked'];
}

const look = (party: string) => ({
  ...{ accessId: newAccessId(), party, purpose: null, kind: 'identity' as const, decision: 'RELEASED' },
  ...{ requested: ['fullName'], released: ['fullName'], withheld: [], at: new Date().toISOString() },
});

beforeAll(async () => {
  civil = await openGatewayNode();
  const keystore = await openFileKeystore(join(civil.folder, 'keys', 'election-office'), 'election-office');
  const database = await openTestDatabase();
  const { country, agencies } = civil.node.registry;
  const ledger = agencies.find(({ name }) => name === 'election-office')?.ledger ?? civil.node.registry.ledger;
  const ingest = startIngest({ database, ledger, keystore, onStatus: () => undefined });
  other = await createGateway({ country, ledger, logger, database, keystore, ingest, port: 0 });
  await eventually(() => other.caughtUp());
  otherLog = openAccessLog(database, keystore);
  impostor = createServer((_request, response) => response.setHeader('content-length', '4').end('lies'));
  await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve));
  token = await civil.resident(identity);
  closing.push(
    () => other.close(),
    () => ingest.stop(),
    () => database.close(),
    () => civil.close(),
  );
  await otherLog.record(identity, look('bank'));
  await openAccessLog(civil.node.database, civil.node.keystore).record(identity, look('clinic'));
}, 120_000);

afterAll(async () => {
  impostor.close();
  for (const close of closing) await close();
});

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
const silent = { agency: 'social-protection', answered: false, reason: 'NO_ADDRESS' };
const own = { agency: 'civil-registry', answered: true, reason: null };

describe('a person who asks who looked', () => {
  it('is told what every node knows, and which ones were not asked', async () => {
    expect(await asking([['election-office', other.url]])).toMatchObject({
      looks: [
        { agency: 'civil-registry', access: { party: 'clinic' } },
        { agency: 'election-office', access: { party: 'bank' } },
      ],
      nodes: [own, { agency: 'election-office', answered: true, reason: null }, silent],
    });
  });

  it('sees that one node asked the other', async () => {
    expect(await asking([['election-office', other.url]])).toMatchObject({
      looks: expect.arrayContaining([
        { agency: 'election-office', access: { party: 'civil-registry', kind: 'node', decision: 'RELEASED' } },
      ]),
    });
  });

  it('is told when somebody else answers in the place of a node', async () => {
    expect(await asking([['election-office', addressOf(impostor)]])).toMatchObject({
      looks: [{ agency: 'civil-registry' }],
      nodes: [own, { agency: 'election-office', answered: false, reason: 'ANSWER_INVALID' }, silent],
    });
  });

  it.each(['http://127.0.0.1:1', ''])('is told when a node cannot be reached: %p', async (address) => {
    const nodes = [own, { agency: 'election-office', answered: false, reason: 'UNREACHABLE' }, silent];
    expect(await asking([['election-office', address || civil.url]])).toMatchObject({ nodes });
  });
});

describe('a node that is asked', () => {
  const refusal = async (authorization?: string): Promise<unknown> => {
    const headers = authorization === undefined ? {} : { authorization };
    const response = await fetch(`${other.url}/nodes/accesses`, { method: 'POST', headers });
    return { status: response.status, text: await response.text() };
  };
  const asked = (signer: NodeSigner, to: string, type = 'accesses-question+jwt') =>
    signForNode(signer, { type, to, claims: { sub: identity } });

  it('answers nobody without a signature', async () => {
    expect(await refusal()).toMatchObject({ status: 401, text: expect.stringContaining('ERR_UNAUTHENTICATED') });
  });

  it.each([
    ['a person', () => Promise.resolve(token)],
    ['a node that asked another one', () => asked(civil.signer, 'social-protection')],
    ['a node that said something else', () => asked(civil.signer, 'election-office', 'answer+jwt')],
    ['a stranger', async () => asked(await strangerAs('civil-registry'), 'election-office')],
    ['an agency that nobody knows', async () => asked(await strangerAs('tax-office'), 'election-office')],
    ['nobody', () => Promise.resolve('not.a.token')],
  ])('does not answer %s', async (_, signed) => {
    expect(await refusal(`Bearer ${await signed()}`)).toMatchObject({
      status: 401,
      text: expect.stringContaining('ERR_TOKEN_INVALID'),
    });
  });

  it('answers by POST only', async () => {
    expect((await fetch(`${other.url}/nodes/accesses`)).status).toBe(405);
  });
});

/** A signer with a key of its own under an agency's name. */
async function strangerAs(agency: string): Promise<NodeSigner> {
  const { privateKey } = await crypto.subtle
    .generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])
    .then(async (pair) => ({ privateKey: await crypto.subtle.exportKey('jwk', pair.privateKey) }));
  return createNodeSigner(agency, privateKey); // a P-256 key as a JWK
}
