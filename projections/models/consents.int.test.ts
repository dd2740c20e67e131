import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findConsentsOf, findLiveConsents } from './consents.ts';
import { rebuild } from './rebuild.ts';
import type { NewFact } from '../testing/registryFacts.ts';
import { openTestNode, type TestNode } from '../testing/testNode.ts';

const [from, until] = ['2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'];

describe('consents', () => {
  let node: TestNode;
  beforeAll(async () => {
    node = await openTestNode();
    await node.take(given('c1', { at: '2026-01-01T00:00:00.000Z' }), given('c2', { subject: 'bob' }));
    await node.take(given('c3', { at: '2026-01-02T00:00:00.000Z' }), given('c4', { party: 'bank' }));
  });
  afterAll(() => node.close());

  const live = async (identity: string, party: string, at = '2026-06-01T00:00:00.000Z') =>
    (await findLiveConsents(node.database, node.keystore, { identity, party, at })).map(({ consent }) => consent);

  it('are found by person and party, newest first', async () => {
    expect(await live('ada', 'clinic')).toEqual(['c3', 'c1']);
    expect(await live('bob', 'clinic')).toEqual(['c2']);
    expect(await live('bob', 'bank')).toEqual([]);
  });

  it('tell their terms', async () => {
    const [consent] = await findLiveConsents(node.database, node.keystore, {
      identity: 'ada',
      party: 'bank',
      at: from,
    });
    expect(consent).toMatchObject({ consent: 'c4', status: 'given', version: 1, validFrom: from, validUntil: until });
    expect(consent?.terms).toMatchObject({ party: 'bank', purpose: 'AgeVerification' });
  });

  it('count from their first instant until just before their last', async () => {
    expect(await live('ada', 'bank', from)).toEqual(['c4']);
    expect(await live('ada', 'bank', '2025-12-31T23:59:59.999Z')).toEqual([]);
    expect(await live('ada', 'bank', until)).toEqual([]);
  });

  it('no longer count once they are withdrawn, but stay in sight of their person', async () => {
    await node.take({ stream: 'consent-c3', fact: { type: 'ConsentWithdrawn', data: {} } });
    expect(await live('ada', 'clinic')).toEqual(['c1']);
    const all = await findConsentsOf(node.database, node.keystore, 'ada');
    expect(all.map(({ consent, status }) => [consent, status])).toEqual([
      ['c3', 'withdrawn'],
      ['c4', 'given'],
      ['c1', 'given'],
    ]);
  });

  it('name neither person nor party in their rows', async () => {
    const { rows } = await node.database.pool.query<object>('select * from model.consents');
    expect(JSON.stringify(rows)).not.toMatch(/ada|bob|clinic|bank/);
  });

  it('are the same when they are rebuilt', async () => {
    const { before, after } = await rebuild(node);
    expect(after).toBe(before);
    expect(await live('ada', 'clinic')).toEqual(['c1']);
  });
});

function given(id: string, { subject = 'ada', party = 'clinic', at = '2026-01-01T00:00:00.000Z' } = {}): NewFact {
  const claims = [{ attribute: 'dateOfBirth', essential: true, accepted: true }];
  const terms = { party, purpose: 'AgeVerification', claims, validFrom: from, validUntil: until };
  return {
    stream: `consent-${id}`,
    fact: { type: 'ConsentGiven', data: { validFrom: from, validUntil: until } },
    at,
    sealed: { class: 'consent', values: { subject, terms } },
  };
}
