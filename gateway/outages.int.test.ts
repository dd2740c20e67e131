import { readFile } from 'node:fs/promises';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerUnavailable, type Ledger } from '#ledger/ledger.ts';
import { eventually } from '#test/eventually.ts';
import { openGatewayNode, type GatewayNode } from '#test/gatewayNode.ts';

let gateway: GatewayNode;
let ledgerAway = false;
beforeAll(async () => {
  gateway = await openGatewayNode(breakable);
});
afterAll(() => gateway.close());

function breakable(ledger: Ledger): Ledger {
  const unlessAway =
    <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    (...args: Args): Promise<Result> =>
      ledgerAway ? Promise.reject(new LedgerUnavailable(new Error('no route'))) : call(...args);
  return {
    ...ledger,
    submit: unlessAway(ledger.submit),
    head: unlessAway(ledger.head),
    history: unlessAway(ledger.history),
    status: unlessAway(ledger.status),
  };
}

const status = '{ status { nodeHeight } }';
async function ready() {
  const response = await fetch(`${gateway.url}/ready`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }; // readiness.ts: an object
}

describe('a gateway whose ledger is away', () => {
  it('says so, goes on answering what needs none, and recovers without a restart', async () => {
    ledgerAway = true;
    const suspend = 'mutation { suspendIdentity(id: "x", reason: COURT_ORDER) { ... on Refused { code } } }';
    expect(await gateway.ask(await gateway.officer('registrar'), suspend)).toMatchObject({
      status: 503,
      codes: ['ERR_LEDGER_UNAVAILABLE'],
    });
    expect(await ready()).toMatchObject({ status: 503, body: { ledger: 'ERR_LEDGER_UNAVAILABLE', database: 'ready' } });
    expect((await gateway.ask(await gateway.resident('x'), '{ me { status } }')).status).toBe(200);
    ledgerAway = false;
    expect(await ready()).toMatchObject({ status: 200 });
    expect((await gateway.ask(gateway.tokens.auditor, status)).codes).toEqual([]);
  });
});

describe('a gateway whose database has died', () => {
  it('says so, and recovers without a restart', async () => {
    const [pidFile] = globSync(join(gateway.folder, 'postgres', '**', 'postmaster.pid'));
    const [pid] = (await readFile(String(pidFile), 'utf8')).split('\n');
    const me = await gateway.resident('x');
    process.kill(Number(pid), 'SIGKILL');
    await eventually(async () =>
      expect(await gateway.ask(me, '{ me { status } }')).toMatchObject({
        status: 503,
        codes: ['ERR_DATABASE_UNAVAILABLE'],
      }),
    );
    await eventually(async () => expect((await gateway.ask(me, '{ me { status } }')).codes).toEqual([]), 60_000);
    await eventually(async () => expect(await ready()).toMatchObject({ status: 200 }), 60_000);
  });

  it('has logged faults without a word of what drivers say', () => {
    const faults = gateway
      .log()
      .split('\n')
      .filter((line) => line.includes('request failed'));
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.join('')).not.toMatch(/127\.0\.0\.1|no route|terminat/);
  });
});
