import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Command } from '#domain/envelope.ts';
import type { Ledger } from '#ledger/ledger.ts';
import type { NewFact } from '../testing/registryFacts.ts';
import { openTestNode, type TestNode } from '../testing/testNode.ts';
import { expireDue, type RefusedEnds } from './expiring.ts';

const [validFrom, validUntil] = ['2026-01-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'];
const end = Date.parse(validUntil);

describe('consents whose period is over', () => {
  let node: TestNode;
  const submitted: Command[] = [];
  // What stands between the node and a ledger here: commands are kept, and come back as facts when a test says so.
  const ledger = {
    submit: ({ command }: { readonly command: Command }): ReturnType<Ledger['submit']> => {
      submitted.push(command);
      return Promise.resolve({ version: 2, events: [], block: 0 });
    },
  };
  const look = (now: number, agency = 'civil-registry', patience = 1000) =>
    expireDue({ database: node.database, ledger, agency, patience }, { now });

  beforeAll(async () => {
    node = await openTestNode();
    await node.take(given('c1'), given('c2'), given('c3', 'election-office'));
    await node.take({ stream: 'consent-c2', fact: { type: 'ConsentWithdrawn', data: {} } });
  });
  afterAll(() => node.close());

  it('are said to be by the node of the agency that sent them, from that moment on', async () => {
    expect(await look(end - 1)).toBe(0);
    expect(await look(end)).toBe(1);
    expect(submitted.map(({ stream, type }) => [stream, type])).toEqual([['consent-c1', 'ExpireConsent']]);
  });

  it('are said to be by others when that node is away, in the very same words', async () => {
    submitted.length = 0;
    await look(end + 999, 'social-protection');
    expect(submitted).toEqual([]);
    await look(end + 1000, 'social-protection');
    await look(end + 1000, 'election-office');
    const [first, second, ...others] = submitted;
    expect([first?.stream, second?.stream].sort()).toEqual(['consent-c1', 'consent-c3']);
    expect(others).toEqual(expect.arrayContaining([first, second]));
  });

  it('are not spoken of again when that stands on the ledger', async () => {
    submitted.length = 0;
    for (const id of ['c1', 'c3'])
      await node.take({ stream: `consent-${id}`, fact: { type: 'ConsentExpired', data: {} } });
    expect(await look(end + 10_000)).toBe(0);
  });

  it('do not wait for those whose end is refused for ever', async () => {
    const names = Array.from({ length: 65 }, (_each, index) => `planted-${String(index).padStart(2, '0')}`);
    await node.take(...names.map((name) => given(name)), given('wanted'));
    const refusing: typeof ledger = {
      submit: ({ command }) =>
        command.stream === 'consent-wanted'
          ? ledger.submit({ command })
          : Promise.resolve({ refused: 'ERR_COMMAND_ID_REUSED', reason: 'this id belongs to another command' }),
    };
    const refused: RefusedEnds = new Map();
    const again = (now: number) =>
      expireDue({ database: node.database, ledger: refusing, agency: 'civil-registry' }, { now, refused });
    expect([await again(end), await again(end + 1000)]).toEqual([0, 1]);
    expect(submitted.map(({ stream }) => stream)).toEqual(['consent-wanted']);
    expect(refused.size).toBe(65);
    expect(new Set([...refused.values()].map(({ wait }) => wait))).toEqual(new Set([5000]));
    await again(end + 6000);
    expect(Math.max(...[...refused.values()].map(({ wait }) => wait))).toBe(10_000);
    const settled = names.map((name): NewFact => ({
      stream: `consent-${name}`,
      fact: { type: 'ConsentExpired', data: {} },
    }));
    await node.take(...settled);
    await again(end + 20_000);
    expect(refused.size).toBe(0);
  });
});

function given(id: string, agency = 'civil-registry'): NewFact {
  const claims = [{ attribute: 'dateOfBirth', essential: true, accepted: true }];
  const terms = { party: 'clinic', purpose: 'AgeVerification', claims, validFrom, validUntil };
  return {
    stream: `consent-${id}`,
    fact: { type: 'ConsentGiven', data: { validFrom, validUntil } },
    agency,
    sealed: { class: 'consent', values: { subject: 'ada', terms } },
  };
}
