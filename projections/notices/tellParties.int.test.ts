import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { partyDetailOf } from '#domain/notice/vocabulary.ts';
import { completeIndexes } from '../ingest/completeIndexes.ts';
import { healMissing } from '../ingest/heal.ts';
import { recorded, registered, schemaPublished } from '../testing/samples.ts';
import type { NewFact } from '../testing/registryFacts.ts';
import { openTestNode, type TestNode } from '../testing/testNode.ts';
import { findPartyNotice, findPartyNotices, findSubject, lastPartyNotice, openPartyDetail } from './partyNotices.ts';

const [validFrom, validUntil] = ['2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'];
const [during, later] = ['2026-06-01T00:00:00.000Z', '2027-06-01T00:00:00.000Z'];

// One registry for all: each test has people, parties and consents of its own, by a number behind their names.
let round = 0;
const own = (name: string) => `${name}${round}`;

const given = (id: string, { subject = 'ada', party = 'clinic', attribute = 'email' } = {}): NewFact => {
  const claims = [
    { attribute, essential: true, accepted: true },
    { attribute: 'phone', essential: false, accepted: false },
  ];
  const terms = { party: own(party), purpose: 'ServiceProvision', claims, validFrom, validUntil };
  return {
    stream: own(`consent-${id}-`),
    fact: { type: 'ConsentGiven', data: { validFrom, validUntil } },
    sealed: { class: 'consent', values: { subject: own(subject), terms } },
  };
};
const said = (stream: string, type: string, data: object = {}, at = during): NewFact => ({
  stream: own(stream.startsWith('consent-') ? `${stream}-` : stream),
  fact: { type, data },
  at,
});
const why = { reason: 'court-order' };

describe('what a party is told', () => {
  let node: TestNode;
  beforeAll(async () => {
    node = await openTestNode();
    await node.take(schemaPublished());
  });
  afterAll(() => node.close());
  beforeEach(async () => {
    round += 1;
    await node.take(registered(own('ada')), registered(own('bob')));
  });

  const told = (party = 'clinic', after = 0) =>
    findPartyNotices(node.database, node.keystore, own(party), { after, limit: 100 });
  const types = async (party = 'clinic') => (await told(party)).map(({ type }) => type);
  const detail = async (index: number, party = 'clinic') => {
    const notice = (await told(party)).at(index);
    return notice && openPartyDetail(node.database, node.keystore, notice);
  };

  it('begins with a consent that names it, and ends when that counts no more', async () => {
    await node.take(said('identity-ada', 'IdentitySuspended', why), said('identity-ada', 'IdentityReinstated', why));
    await node.take(given('c1'), said('identity-ada', 'IdentitySuspended', why));
    await node.take(said('consent-c1', 'ConsentWithdrawn'), said('identity-ada', 'IdentityReinstated', why));
    expect(await types()).toEqual(['consent.given', 'identity.suspended', 'consent.withdrawn']);
  });

  it('is the same when all of it comes on one page', async () => {
    await node.take(
      said('identity-ada', 'IdentitySuspended', why),
      given('c1'),
      said('identity-ada', 'IdentityReinstated', why),
      said('consent-c1', 'ConsentWithdrawn'),
      said('identity-ada', 'IdentitySuspended', why),
    );
    expect(await types()).toEqual(['consent.given', 'identity.reinstated', 'consent.withdrawn']);
  });

  it('is nothing of other people, nor of what other parties were allowed', async () => {
    await node.take(given('c1'), given('c2', { subject: 'bob', party: 'bank' }));
    await node.take(said('identity-ada', 'DeathRecorded', why));
    expect(await types()).toEqual(['consent.given', 'identity.deceased', 'number.revoked']);
    expect(await types('bank')).toEqual(['consent.given']);
    expect(await types('school')).toEqual([]);
  });

  it('ends with the period of the consent, whether or not that stands on the ledger', async () => {
    await node.take(given('c1'), said('identity-ada', 'IdentitySuspended', why, later));
    await node.take(said('consent-c1', 'ConsentExpired', {}, later));
    expect(await types()).toEqual(['consent.given', 'consent.expired']);
  });

  it('is of values only where it may see some of them', async () => {
    await node.take(
      given('c1'),
      given('c2', { party: 'bank', attribute: 'phone' }),
      given('c3', { party: 'lab', attribute: 'face' }),
    );
    await node.take(
      recorded(own('ada'), 'AttributesRecorded', { class: 'contact', values: { email: own('ada@x.org') } }),
    );
    expect(await types()).toEqual(['consent.given', 'identity.updated']);
    expect(await detail(-1)).toEqual({ attributes: ['email'] });
    expect(await types('bank')).toEqual(['consent.given', 'identity.updated']);
    expect(await types('lab')).toEqual(['consent.given']);
  });

  it('is said once, whatever number of consents it holds', async () => {
    await node.take(given('c1'), given('c2'), said('identity-ada', 'IdentitySuspended', why));
    expect(await types()).toEqual(['consent.given', 'consent.given', 'identity.suspended']);
  });

  it('is also what becomes of the party itself', async () => {
    const stream = 'relyingParty-clinic';
    await node.take(
      said(stream, 'RelyingPartyApproved'),
      said(stream, 'RelyingPartySuspended', { reason: 'breach-of-terms' }),
    );
    expect(await types()).toEqual(['party.approved', 'party.suspended']);
    expect(await detail(-1)).toEqual({ reason: 'breach-of-terms' });
    expect((await told()).map(({ subject, consent }) => [subject, consent])).toEqual([
      [null, null],
      [null, null],
    ]);
  });

  it('has numbers without a gap, ids of its own, and the name by which the party knows the person', async () => {
    await node.take(given('c1'), given('c2', { party: 'bank' }), said('identity-ada', 'IdentitySuspended', why));
    const [clinic, bank] = [await told(), await told('bank')];
    expect(clinic.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(await lastPartyNotice(node.database, node.keystore, own('clinic'))).toBe(2);
    expect((await told('clinic', 1)).map(({ type }) => type)).toEqual(['identity.suspended']);
    expect(new Set([...clinic, ...bank].map(({ id }) => id)).size).toBe(4);
    const subject = node.keystore.pairwise(own('clinic'), own('ada'));
    expect(clinic.map((each) => each.subject)).toEqual([subject, subject]);
    expect(await findSubject(node.database, node.keystore, own('clinic'), subject)).toBe(own('ada'));
    expect(await findSubject(node.database, node.keystore, own('bank'), subject)).toBeUndefined();
    const id = clinic[0]?.id ?? '';
    expect(await findPartyNotice(node.database, node.keystore, own('clinic'), id)).toEqual(clinic[0]);
    expect(await findPartyNotice(node.database, node.keystore, own('bank'), id)).toBeUndefined();
  });

  it('has the details that the vocabulary has', async () => {
    await node.take(
      given('c1'),
      said('identity-ada', 'IdentitySuspended', why),
      said('consent-c1', 'ConsentWithdrawn'),
    );
    const details = await Promise.all([0, 1, 2].map((index) => detail(index)));
    expect(details).toEqual([
      { purpose: 'ServiceProvision', attributes: ['email'], validFrom, validUntil },
      {},
      { purpose: 'ServiceProvision' },
    ]);
    for (const [index, notice] of (await told()).entries())
      expect(partyDetailOf(notice.type)?.safeParse(details[index]).success).toBe(true);
  });

  it('comes late where the private values do, and none of it twice', async () => {
    let entry: Uint8Array | undefined;
    await node.takeChanged(given('c1'), ({ entry: came, ...fact }) => {
      entry = came;
      return fact;
    });
    await node.take(said('identity-ada', 'IdentitySuspended', why), given('c2'));
    expect(await types()).toEqual(['consent.given']);
    const ledger = { privateEntry: () => Promise.resolve(entry) };
    await healMissing({ ...node, ledger });
    expect(await types()).toEqual(['consent.given', 'consent.given', 'identity.suspended']);
  });

  it('is found for consents from before there were notices', async () => {
    await node.take(given('c0', { subject: 'bob' }), given('c1'));
    // A key that was lost keeps the others from nothing.
    const lost = 'update keystore.content_keys set wrapped = $1 where stream = $2';
    await node.database.pool.query(lost, [Buffer.from('lost'), own('consent-c0-')]);
    const without = `delete from keystore.blind_indexes where kind in ('party', 'pairwise')`;
    await node.database.pool.query(without);
    await node.take(said('identity-ada', 'IdentitySuspended', why));
    await completeIndexes(node);
    await node.take(said('identity-ada', 'IdentityReinstated', why));
    expect(await types()).toEqual(['consent.given', 'consent.given', 'identity.reinstated']);
  });

  it('of somebody who is erased is that, and no more', async () => {
    await node.take(given('c1'), said('identity-ada', 'IdentitySuspended', why), given('c2', { subject: 'bob' }));
    await node.take(said('identity-ada', 'IdentityErased', { ...why, proposals: [] }));
    expect(await types()).toEqual(['consent.given', 'identity.erased', 'number.revoked']);
    expect((await told()).map(({ sequence }) => sequence)).toEqual([3, 4, 5]);
    await node.take(said('consent-c1', 'ConsentWithdrawn'), said('consent-c1', 'ConsentErased', why));
    const left = await told();
    expect(left.map(({ type, consent }) => [type, consent])).toEqual([
      ['consent.given', own('c2-')],
      ['identity.erased', null],
      ['number.revoked', null],
      ['consent.withdrawn', null],
    ]);
    expect(await detail(-1)).toBeUndefined();
    expect(await lastPartyNotice(node.database, node.keystore, own('clinic'))).toBe(6);
  });

  it('of somebody who is erased is also that a consent had ended before, as nobody may have heard it yet', async () => {
    const party = { name: { eng: 'Clinic' }, keys: [], intendedUses: [] };
    await node.take(said('relyingParty-clinic', 'RelyingPartyRegistered', party));
    await node.take(given('c1'), given('c2'), said('identity-ada', 'IdentitySuspended', why));
    await node.take(said('consent-c1', 'ConsentWithdrawn'), said('consent-c2', 'ConsentExpired', {}, later));
    await node.take(said('consent-c1', 'ConsentErased', why));
    await node.take(said('identity-ada', 'IdentityErased', { ...why, proposals: [] }, later));
    expect(await types()).toEqual(['consent.withdrawn', 'consent.expired']);
    const { rows } = await node.database.pool.query(
      'select from store.party_notices where until is null and subject = $1',
      [node.keystore.pairwise(own('clinic'), own('ada'))],
    );
    expect(rows).toHaveLength(0);
  });

  it('is of a consent whose key was lost what can be told without opening it, and no fact is stopped by it', async () => {
    await node.take(given('c1'));
    const lost = 'update keystore.content_keys set wrapped = $1 where stream = $2';
    await node.database.pool.query(lost, [Buffer.from('lost'), own('consent-c1-')]);
    await node.take(
      recorded(own('ada'), 'AttributesRecorded', { class: 'contact', values: { email: own('ada@x.org') } }),
      said('identity-ada', 'IdentitySuspended', why),
    );
    expect(await types()).toEqual(['consent.given', 'identity.suspended']);
    expect(await detail(0)).toBeUndefined();
  });
});
