import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmbeddedPostgres } from '#projections/postgres/embedded.ts';
import { plinth, startNode, type Place, type RunningNode } from '#test/e2e/plinth.ts';
import { eventually } from '#test/eventually.ts';
import { newId } from '#test/registry.ts';
import { answerOf, readinessOf, registerSomebody, statusQuestion } from './asking.ts';
import { openTcpGate, type TcpGate } from './tcpGate.ts';

const opened = new AsyncDisposableStack();
let gate: TcpGate;
let place: Place;
let node: RunningNode;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plinth-database-'));
  opened.defer(() => rm(folder, { recursive: true }));
  const postgres = await startEmbeddedPostgres({ directory: join(folder, 'postgres'), durable: false });
  opened.defer(postgres.stop);
  const url = new URL(postgres.url);
  gate = await openTcpGate(Number(url.port));
  opened.defer(gate.cut);
  url.port = String(gate.port);
  place = { environment: { PLINTH_DATA: join(folder, 'data'), DATABASE_URL: url.href }, options: [] };
  node = await startNode(place, '--no-people');
  opened.defer(() => node.kill('SIGTERM'));
}, 120_000);

afterAll(() => opened.disposeAsync());

describe('a node whose database is gone', () => {
  it('says so with a code, and goes on without a restart when it is back', async () => {
    const officer = await plinth(place, 'token', 'officer', 'registrar');
    const auditor = await plinth(place, 'token', 'auditor');
    expect(await readinessOf(node)).toMatchObject({ status: 200, body: { ready: true } });

    await gate.cut();
    await eventually(async () => {
      const readiness = await readinessOf(node);
      expect(readiness).toMatchObject({ status: 503, body: { ledger: 'ready', database: 'ERR_DATABASE_UNAVAILABLE' } });
    });
    const asked = await answerOf(
      node,
      auditor,
      '{ history(stream: "agency-civil-registry", first: 1) { edges { cursor } } }',
    );
    expect(asked).toMatchObject({ status: 503, code: 'ERR_DATABASE_UNAVAILABLE' });

    await gate.open();
    await eventually(async () => expect(await readinessOf(node)).toMatchObject({ status: 200, body: { ready: true } }));
    expect(await answerOf(node, officer, registerSomebody(newId()))).toMatchObject({ status: 200, code: undefined });
    expect(await answerOf(node, auditor, statusQuestion)).toMatchObject({ status: 200, code: undefined });
  }, 120_000);

  it('keeps a registration that it could not show: nothing is lost, nothing is there twice', async () => {
    const officer = await plinth(place, 'token', 'officer', 'registrar');
    const enrolment = newId();
    await gate.cut();
    const first = await answerOf(node, officer, registerSomebody(enrolment));
    expect(first.code).toMatch(/^ERR_(DATABASE_UNAVAILABLE|NOT_YET_VISIBLE)$/);
    await gate.open();
    await eventually(async () => expect(await readinessOf(node)).toMatchObject({ status: 200 }));
    const second = await answerOf(node, officer, registerSomebody(enrolment));
    const third = await answerOf(node, officer, registerSomebody(enrolment));
    expect([second, third].map(({ status }) => status)).toEqual([200, 200]);
    expect(third.text).toContain('ERR_NOT_UNIQUE');
  }, 120_000);
});
