import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDisclosure } from '#domain/seal/disclosure.ts';
import { findProposal, findProposalsWithValues, listProposals, type ProposalFilter } from './proposals.ts';
import { openProposedDisclosures } from '../keys/proposedValues.ts';
import { rebuild } from './rebuild.ts';
import type { NewFact } from '../testing/registryFacts.ts';
import { registered, schemaPublished } from '../testing/samples.ts';
import { openTestNode, type TestNode } from '../testing/testNode.ts';

const proposedAt = '2026-02-01T08:00:00.000Z';
const validUntil = '2026-03-01T08:00:00.000Z';
const at = '2026-02-15T08:00:00.000Z';

describe('proposals', () => {
  let node: TestNode;
  beforeAll(async () => {
    node = await openTestNode();
    await node.take(schemaPublished(), registered('ada'), registered('bob'));
    await node.take(proposed('p1'), proposed('p2', 'bob'));
    await node.take(proposed('p3'), proposed('p4'), proposed('p5', 'ada', sealed));
  });
  afterAll(() => node.close());

  const list = async (filter: Partial<ProposalFilter> = {}, page = { limit: 20, inverted: false }) =>
    (await listProposals(node.database, { at, ...filter }, page)).map(({ proposal }) => proposal);

  it('are open until somebody answers', async () => {
    expect(await findProposal(node.database, 'p1', at)).toEqual({
      proposal: 'p1',
      order: death('ada'),
      status: 'open',
      proposed: { by: { agency: 'civil-registry', officer: 'ann' }, at: proposedAt },
      validUntil,
      answer: null,
      carriedOut: null,
      version: 1,
      block: 1,
    });
    expect(await findProposal(node.database, 'p9', at)).toBeUndefined();
  });

  it('say who answered, and how', async () => {
    const by = { agency: 'election-office', officer: 'eve' };
    await node.take(answered('p1', 'ProposalApproved'), answered('p2', 'ProposalRejected', { reason: 'court-order' }));
    await node.take(answered('p3', 'ProposalWithdrawn', { reason: 'clerical-error' }));
    const answerOf = async (id: string) => {
      const { status, answer, block } = (await findProposal(node.database, id, at)) ?? {};
      return { status, answer, block };
    };
    expect(await answerOf('p1')).toEqual({ status: 'approved', answer: { by, at }, block: 3 });
    expect(await answerOf('p2')).toEqual({ status: 'rejected', answer: { by, at, reason: 'court-order' }, block: 3 });
    expect(await answerOf('p3')).toMatchObject({ status: 'withdrawn', answer: { reason: 'clerical-error' }, block: 4 });
  });

  it('are carried out by the fact that names them', async () => {
    await node.take({ ...saidBy('election-office'), stream: 'identity-ada', fact: died, proposal: 'p1' });
    expect(await findProposal(node.database, 'p1', at)).toMatchObject({
      status: 'carried-out',
      answer: { by: { agency: 'election-office' } },
      carriedOut: { by: { agency: 'election-office', officer: 'eve' }, at, block: 5 },
    });
  });

  it('stay carried out, by whom they were approved, when they are taken back too late', async () => {
    await node.take(answered('p1', 'ProposalWithdrawn', { reason: 'clerical-error' }));
    expect(await findProposal(node.database, 'p1', at)).toMatchObject({
      status: 'carried-out',
      answer: { by: { agency: 'election-office', officer: 'eve' }, at },
    });
  });

  it('are over with their time, but not when they have been answered or carried out', async () => {
    const statuses = ['p1', 'p2', 'p3', 'p4'].map((id) => findProposal(node.database, id, validUntil));
    const found = (await Promise.all(statuses)).map((each) => each?.status);
    expect(found).toEqual(['carried-out', 'rejected', 'withdrawn', 'expired']);
    expect(await list({ status: 'expired', at: validUntil })).toEqual(['p4', 'p5']);
    expect(await list({ status: 'open', at: validUntil })).toEqual([]);
  });

  it('are listed as they were made, by stream, status and type, page by page', async () => {
    expect(await list()).toEqual(['p1', 'p2', 'p3', 'p4', 'p5']);
    expect(await list({ stream: 'identity-bob' })).toEqual(['p2']);
    expect(await list({ status: 'open' })).toEqual(['p4', 'p5']);
    expect(await list({ types: ['CorrectAttributes'] })).toEqual(['p5']);
    expect(await list({ types: [] })).toEqual([]);
    expect(await list({}, { limit: 2, inverted: true })).toEqual(['p5', 'p4']);
    const [, second] = await listProposals(node.database, { at }, { limit: 2, inverted: false });
    const rest = await listProposals(node.database, { at }, { after: second?.place, limit: 9, inverted: false });
    expect(rest.map(({ proposal }) => proposal)).toEqual(['p3', 'p4', 'p5']);
  });

  it('open what travelled beside them, salts included', async () => {
    expect(await findProposalsWithValues(node.database, 'identity-ada')).toEqual(['p5']);
    const disclosures = await openProposedDisclosures(node.database, node.keystore, 'p5');
    expect(disclosures?.map(openDisclosure)).toMatchObject([{ name: 'dateOfBirth', value: '1815-12-11' }]);
    expect(await openProposedDisclosures(node.database, node.keystore, 'p1')).toBeUndefined();
  });

  it('hold no value in their rows', async () => {
    const { rows } = await node.database.pool.query<object>('select * from model.proposals');
    expect(JSON.stringify(rows)).not.toContain('1815');
  });

  it('are the same when they are rebuilt', async () => {
    const { before, after } = await rebuild(node);
    expect(after).toBe(before);
    expect(await findProposal(node.database, 'p1', at)).toMatchObject({ status: 'carried-out' });
  });
});

const died = { type: 'DeathRecorded', data: { reason: 'death-certificate' } };
const sealed = { class: 'identification', values: { dateOfBirth: '1815-12-11' } };
const death = (id: string) => ({
  stream: `identity-${id}`,
  type: 'RecordDeath',
  data: { reason: 'death-certificate' },
});
const saidBy = (agency: string) => ({ agency, officer: 'eve', at });

function proposed(id: string, about = 'ada', values?: typeof sealed): NewFact {
  const correction = { ...death(about), type: 'CorrectAttributes', data: { schema: 1, reason: 'clerical-error' } };
  // The digests in an order are the same as those beside it; here only that there are some matters.
  const order =
    values === undefined ? death(about) : { ...correction, sealed: { class: values.class, digests: ['A'] } };
  const fact = { type: 'ChangeProposed', data: { order, validUntil } };
  return { stream: `proposal-${id}`, fact, officer: 'ann', at: proposedAt, ...(values && { sealed: values }) };
}

function answered(id: string, type: string, data: object = {}): NewFact {
  return { stream: `proposal-${id}`, fact: { type, data }, ...saidBy('election-office') };
}
