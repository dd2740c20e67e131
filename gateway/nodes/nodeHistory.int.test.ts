import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { anchorLogs } from '#cli/nodeAnchoring.ts';
import type { PublicKey } from '#domain/publicKey.ts';
import { contentHash } from '#projections/models/contentHash.ts';
import { openFileKeystore } from '#projections/keys/fileKeystore.ts';
import { copyHistory } from '#projections/history/copyHistory.ts';
import type { HistorySource } from '#projections/history/historySource.ts';
import { startIngest } from '#projections/ingest/ingest.ts';
import { joinedAt } from '#test/historyBed.ts';
import { openTestDatabase } from '#projections/testing/testNode.ts';
import { eventually } from '#test/eventually.ts';
import { openGatewayNode, type GatewayNode } from '#test/gatewayNode.ts';
import { createNodeSigner, type NodeSigner } from '../nodeSigner.ts';
import { createGateway, type Gateway } from '../server.ts';
import { nodeHistory } from './nodeHistory.ts';
import { signForNode } from './nodeToken.ts';

const logger = pino({ level: 'silent' });
const closing: (() => Promise<unknown>)[] = [];
let civil: GatewayNode;
let other: Gateway;
let newcomer: NodeSigner;
let keys: ReadonlyMap<string, PublicKey>;

const wayOf = (agency: string) => {
  const way = civil.node.registry.agencies.find(({ name }) => name === agency);
  if (way === undefined) throw new Error(`no agency ${agency}`);
  return way;
};
const keystoreOf = (agency: string) => openFileKeystore(join(civil.folder, 'keys', agency), agency);
const sourceAt = (agency: string, address: string, key = agency): HistorySource => {
  const nodeKey = keys.get(key);
  if (nodeKey === undefined) throw new Error(`no key of ${key}`);
  return nodeHistory(newcomer, { agency, address, nodeKey });
};

beforeAll(async () => {
  civil = await openGatewayNode();
  const { registry } = civil.node;
  keys = new Map(registry.agencies.map(({ name, keys: { nodeKey } }) => [name, nodeKey]));
  const [database, keystore] = [await openTestDatabase(), await keystoreOf('election-office')];
  const { ledger } = wayOf('election-office');
  const ingest = startIngest({ database, ledger, keystore, onStatus: () => undefined });
  const log = anchorLogs({ ...registry, agency: 'election-office', ledger }, { database, logger, embedded: false });
  other = await createGateway({ country: registry.country, ledger, logger, database, keystore, ingest, log, port: 0 });
  const { agency, signingKey } = await keystoreOf('social-protection');
  newcomer = await createNodeSigner(agency, signingKey);
  closing.push(
    () => other.close(),
    () => log.stop(),
    () => ingest.stop(),
    () => database.close(),
    () => civil.close(),
  );
  await eventually(() => other.caughtUp());
}, 120_000);
afterAll(async () => {
  for (const close of closing) await close();
});

describe('a node that asks two others for what its peer never had', () => {
  it('ends like a node that read every block', async () => {
    const { ledger } = wayOf('social-protection');
    const sources = [sourceAt('civil-registry', civil.url), sourceAt('election-office', other.url)] as const;
    await eventually(async () => {
      for (const { proof } of sources) expect((await proof(0)).checkpoint.trim().split('\n').length).toBeGreaterThan(6);
    }, 60_000);
    const { height } = await ledger.status();
    const ownPeer = joinedAt(ledger, height);
    const keystore = await keystoreOf('social-protection');
    const [database, reference] = [await openTestDatabase(), await openTestDatabase()];
    const reading = startIngest({ database: reference, ledger: joinedAt(ledger, 0), keystore });
    await eventually(async () => {
      const [from, and] = sources;
      expect(await copyHistory({ database, keystore, ownPeer, from, and })).toMatchObject({ before: height });
    }, 60_000);
    const goingOn = startIngest({ database, ledger: ownPeer, keystore });
    await eventually(async () => {
      expect(goingOn.height()).toBeGreaterThanOrEqual(height);
      expect(reading.height()).toBe(goingOn.height());
      expect(await contentHash(database.kysely, 'model')).toBe(await contentHash(reference.kysely, 'model'));
    }, 60_000);
    await Promise.all([goingOn.stop(), reading.stop()]);
    await Promise.all([database.close(), reference.close()]);
  }, 200_000);

  const range = { first: 0, before: 3 };
  it('believes no answer that the agency’s node has not signed', async () => {
    const answered = sourceAt('civil-registry', civil.url, 'election-office').page(range);
    await expect(answered).rejects.toMatchObject({ code: 'ERR_SOURCE_INVALID' });
  });

  it('believes no page that was changed on its way, and no answer to another question', async () => {
    const pass = createServer((request, response) => {
      void fetch(`${civil.url}${request.url ?? ''}`, {
        method: 'POST',
        headers: { authorization: request.headers.authorization ?? '' },
      })
        .then((answer) => answer.text())
        .then((text) => response.setHeader('content-length', Buffer.byteLength(text) + 1).end(`${text}~`));
    });
    await new Promise<void>((resolve) => pass.listen(0, '127.0.0.1', resolve));
    const { port } = pass.address() as AddressInfo; // it listens on TCP
    const through = sourceAt('civil-registry', `http://127.0.0.1:${port}`);
    await expect(through.page(range)).rejects.toMatchObject({ code: 'ERR_SOURCE_INVALID' });
    await expect(through.proof(1)).rejects.toMatchObject({ code: 'ERR_SOURCE_INVALID' });
    pass.close();
  });

  it('is told which node does not answer', async () => {
    const silent = sourceAt('civil-registry', 'http://127.0.0.1:1');
    await expect(silent.page(range)).rejects.toMatchObject({ code: 'ERR_SOURCE_UNREACHABLE' });
  });
});

describe('a node that is asked for history', () => {
  const status = async (authorization?: string): Promise<number> => {
    const headers = authorization === undefined ? {} : { authorization };
    return (await fetch(`${other.url}/nodes/history`, { method: 'POST', headers })).status;
  };
  const asked = async (claims: object, type = 'history-question+jwt', to = 'election-office') =>
    `Bearer ${await signForNode(newcomer, { type, to, claims: { sub: 'facts', ...claims } })}`;
  const page = { want: 'page', first: 0, before: 3 };

  it('answers the nodes of agencies, and nobody else', async () => {
    expect(await status(await asked(page))).toBe(200);
    expect(await status()).toBe(401);
    expect(await status(`Bearer ${civil.tokens.auditor}`)).toBe(401);
    expect(await status(await asked(page, 'accesses-question+jwt'))).toBe(401);
    expect(await status(await asked(page, 'history-question+jwt', 'civil-registry'))).toBe(401);
  });

  it('refuses a question that makes no sense, or that it cannot answer yet', async () => {
    expect(await status(await asked({ want: 'everything' }))).toBe(400);
    expect(await status(await asked({ ...page, first: -1 }))).toBe(400);
    expect(await status(await asked({ ...page, before: 2 ** 40 }))).toBe(503);
  });
});
