import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { settingsOf } from '#cli/settings.ts';
import { startStandIn, type StandIn } from '#projections/kurrentdb/testing/standIn.ts';
import { eventually } from '#test/eventually.ts';
import { openGatewayNode, type GatewayNode } from '#test/gatewayNode.ts';

let server: StandIn;
let gateway: GatewayNode;
beforeAll(async () => {
  server = await startStandIn();
  gateway = await openGatewayNode(undefined, (folder) =>
    settingsOf({ ledger: 'embedded' }, { PLINTH_DATA: folder, PORT: '0', KURRENTDB_URL: server.url }),
  );
}, 120_000);
afterAll(async () => {
  await gateway.close();
  await server.stop();
});

const readiness = async () => {
  const response = await fetch(`${gateway.url}/ready`);
  return { status: response.status, body: (await response.json()) as unknown };
};
const question = `{ identity(by: {number: "3294365721"}, purpose: ServiceProvision, claims: [{attribute: givenName}]) {
  ... on Refused { code } } }`;
const askClinic = () => gateway.ask(gateway.tokens.clinic, question);
const accessesThere = () => server.log.all.filter(({ stream }) => stream.startsWith('access-')).length;

describe('a node whose event store is a KurrentDB', () => {
  it('has the facts of the registry there, and is ready', async () => {
    expect(await readiness()).toMatchObject({ status: 200, body: { ready: true, store: 'ready' } });
    const { rows } = await gateway.node.database.pool.query<{ id: string }>(
      'select id from store.events where block is not null order by block, transaction, event',
    );
    const facts = server.log.all.filter(({ stream }) => !stream.startsWith('access-'));
    expect(rows.length).toBeGreaterThan(5);
    expect(facts.map(({ id }) => id).slice(0, rows.length)).toEqual(rows.map(({ id }) => id));
  });

  it('answers when it is recorded there that somebody asked, and not before', async () => {
    const before = accessesThere();
    expect((await askClinic()).data).toMatchObject({ identity: { code: 'NOT_AVAILABLE' } });
    expect(accessesThere()).toBe(before + 1);
  });

  it('says that the store is away, answers nobody meanwhile, and loses no fact', async () => {
    await server.stop();
    await eventually(async () =>
      expect(await readiness()).toMatchObject({ status: 503, body: { store: 'ERR_STORE_UNAVAILABLE' } }),
    );
    expect(await askClinic()).toMatchObject({ codes: ['ERR_STORE_UNAVAILABLE'] });
    const { ledger } = gateway.node.registry;
    const { height } = await ledger.status();
    await server.start();
    await eventually(async () => expect(await readiness()).toMatchObject({ status: 200, body: { ready: true } }));
    await gateway.node.ingest.reached(height - 1);
    expect((await askClinic()).data).toMatchObject({ identity: { code: 'NOT_AVAILABLE' } });
  }, 120_000);
});
