import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalJson } from '#domain/seal/canonical.ts';
import {
  findAccessEntry,
  findAccessRecords,
  newAccessId,
  openAccessLog,
  type AccessRecord,
} from '../logs/accessRecords.ts';
import { accessCommitment, findAccessIndex, readAccessLeaves, takeInAccesses } from '../logs/accessTree.ts';
import { findConsentsOf } from '../models/consents.ts';
import { countMissing, healMissing } from '../ingest/heal.ts';
import { findByIdentifier } from '../models/identifiers.ts';
import { findIdentity } from '../models/identityDetails.ts';
import { openAttributes } from '../keys/opening.ts';
import { findOwedConsents } from './owedErasures.ts';
import { rebuild } from '../models/rebuild.ts';
import { recorded, registered, schemaPublished } from '../testing/samples.ts';
import type { NewFact } from '../testing/registryFacts.ts';
import { openTestNode, type TestNode } from '../testing/testNode.ts';

const looked: AccessRecord = {
  ...{ accessId: newAccessId(), party: 'clinic', purpose: null, kind: 'identity', requested: ['email'] },
  ...{ released: ['email'], withheld: [], decision: 'RELEASED', at: '2026-01-01T00:00:00.000Z' },
};

const erased = (id: string, proposals: readonly string[] = []) => ({
  stream: `identity-${id}`,
  fact: { type: 'IdentityErased', data: { reason: 'request-of-person', proposals } },
});
const correction = (proposal: string, about: string) => ({
  stream: `proposal-${proposal}`,
  fact: {
    type: 'ChangeProposed',
    data: {
      order: { stream: `identity-${about}`, type: 'CorrectAttributes', data: { schema: 1, reason: 'clerical-error' } },
      validUntil: '2027-01-01T00:00:00.000Z',
    },
  },
  sealed: { class: 'contact', values: { email: 'other@x.org' } },
});

const [validFrom, validUntil] = ['2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'];
const consentOf = (id: string, subject: string): NewFact => {
  const claims = [{ attribute: 'email', essential: false, accepted: true }];
  const terms = { party: 'clinic', purpose: 'ServiceProvision', claims, validFrom, validUntil };
  return {
    stream: `consent-${id}`,
    fact: { type: 'ConsentGiven', data: { validFrom, validUntil } },
    sealed: { class: 'consent', values: { subject, terms } },
  };
};
const withdrawn = (id: string): NewFact => ({ stream: `consent-${id}`, fact: { type: 'ConsentWithdrawn', data: {} } });
const consentErased = (id: string): NewFact => ({
  stream: `consent-${id}`,
  fact: { type: 'ConsentErased', data: { reason: 'end-of-service' } },
});

const primary = ['keystore.content_keys', 'keystore.blind_indexes', 'store.sealed_entries'] as const;
async function streamsIn({ database }: TestNode, table: (typeof primary)[number]): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ stream: string }>(`select distinct stream from ${table}`);
  return rows.map(({ stream }) => stream);
}

describe('a person who is erased', () => {
  let node: TestNode;
  let recordOfAda = '';
  beforeAll(async () => {
    node = await openTestNode();
    await node.take(schemaPublished(), registered('ada'), registered('bob'));
    await node.take(
      recorded('ada', 'AttributesRecorded', { class: 'contact', values: { email: 'ada@x.org' } }),
      recorded('bob', 'AttributesRecorded', { class: 'contact', values: { email: 'bob@x.org' } }),
      correction('fix', 'ada'),
      consentOf('yes', 'ada'),
      consentOf('sure', 'bob'),
    );
    const log = openAccessLog(node.database, node.keystore);
    await log.record('ada', looked);
    await log.record('bob', { ...looked, accessId: newAccessId() });
    for (const table of primary) expect(await streamsIn(node, table)).toContain('identity-ada');
    expect(await streamsIn(node, 'keystore.content_keys')).toContain('proposal-fix');
    const { accessId } = looked;
    recordOfAda = (await findAccessEntry(node.database, node.keystore, { accessId, identity: 'ada' })) ?? '';
    await node.take(erased('ada', ['fix']));
  });
  afterAll(() => node.close());

  it('is a tombstone, and found by nothing', async () => {
    expect(await findIdentity(node.database, 'ada')).toMatchObject({ status: 'erased' });
    const { database, keystore } = node;
    expect(await findByIdentifier(database, keystore, { kind: 'number', value: 'number of ada' })).toBeUndefined();
    expect(await findByIdentifier(database, keystore, { kind: 'handle-email', value: 'ada@x.org' })).toBeUndefined();
    expect(await openAttributes(database, keystore, 'ada')).toEqual(new Map());
  });

  it('leaves no entry, no key and no index at the node, also of what was only proposed', async () => {
    for (const table of primary) {
      const streams = await streamsIn(node, table);
      expect(streams.filter((stream) => ['identity-ada', 'proposal-fix'].includes(stream))).toEqual([]);
      expect(streams).toContain('identity-bob');
    }
  });

  it('leaves of who looked that somebody looked, and not at whom', async () => {
    const { database, keystore } = node;
    expect(await findAccessRecords(database, keystore, 'ada')).toEqual([]);
    const { rows } = await database.pool.query('select stream, type, body from store.events where id = $1', [
      looked.accessId,
    ]);
    const body = canonicalJson({ commitment: accessCommitment(recordOfAda).toString('hex') });
    expect(rows).toEqual([{ stream: `access-erased-${looked.accessId}`, type: 'AccessErased', body }]);
    await takeInAccesses(database);
    const place = await findAccessIndex(database, looked.accessId);
    expect(await readAccessLeaves(database, place ?? -1, 1)).toEqual([accessCommitment(recordOfAda)]);
    expect(await findAccessRecords(database, keystore, 'bob')).toHaveLength(1);
  });

  it('harms nobody else', async () => {
    const { database, keystore } = node;
    expect(await findByIdentifier(database, keystore, { kind: 'handle-email', value: 'bob@x.org' })).toBeDefined();
    expect((await openAttributes(database, keystore, 'bob')).get('email')?.value).toBe('bob@x.org');
    expect(await findConsentsOf(database, keystore, 'bob')).toHaveLength(1);
  });

  it('has consents that are owed, until each is withdrawn and erased', async () => {
    const { database, keystore } = node;
    const owed = () => findOwedConsents(database, keystore, 'ada');
    expect(await owed()).toEqual([{ consent: 'yes', status: 'given', version: 1, validUntil }]);
    expect(await findOwedConsents(database, keystore)).toEqual(await owed());
    expect(await findOwedConsents(database, keystore, 'bob')).toEqual([]);
    await node.take(withdrawn('yes'));
    expect(await owed()).toMatchObject([{ status: 'withdrawn', version: 2 }]);
    await node.take(consentErased('yes'));
    expect(await owed()).toEqual([]);
    for (const table of primary) expect(await streamsIn(node, table)).not.toContain('consent-yes');
    expect(await findConsentsOf(database, keystore, 'ada')).toEqual([]);
  });

  it('leaves nothing of what was proposed without being named, before or after, though heard of in one page', async () => {
    await node.take(registered('eve'), correction('before', 'eve'));
    expect(await streamsIn(node, 'store.sealed_entries')).toContain('proposal-before');
    await node.take(erased('eve'));
    await node.take(correction('after', 'eve'), correction('of-bob', 'bob'));
    await node.take(registered('kim'), correction('together', 'kim'), erased('kim'));
    for (const table of primary.filter((each) => each !== 'keystore.blind_indexes')) {
      const proposed = (await streamsIn(node, table)).filter((stream) => stream.startsWith('proposal-'));
      expect(proposed).toEqual(['proposal-of-bob']);
    }
  });

  it('is the same after a rebuild', async () => {
    const { before, after } = await rebuild(node);
    expect(after).toBe(before);
  });

  it('gets nothing back from a value that was under way meanwhile', async () => {
    let entry: Uint8Array | undefined;
    await node.takeChanged(registered('late'), ({ entry: sealed, ...fact }) => {
      entry = sealed;
      return fact;
    });
    expect(await countMissing(node.database)).toBe(1);
    const privateEntry = async () => {
      await node.take(erased('late'));
      return entry;
    };
    await healMissing({ ...node, ledger: { privateEntry } });
    expect(entry).toBeDefined();
    expect(await countMissing(node.database)).toBe(0);
    for (const table of primary) expect(await streamsIn(node, table)).not.toContain('identity-late');
  });
});
