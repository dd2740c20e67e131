import { describe, expect, it } from '@jest/globals';
import { given } from '#test/given.ts';
import { plainRules } from '#test/numberRules.ts';
import { orderDigest } from '../approval.ts';
import type { IdentitySchema } from '../identitySchema/events.ts';
import { proposalDecider } from './decider.ts';
import type { ProposalEvent } from './events.ts';

const at = '2026-03-01T12:00:00.000Z';
const validUntil = '2026-04-01T12:00:00.000Z';
const death = { stream: 'identity-7f3c', type: 'RecordDeath', data: { reason: 'death-certificate' } };
const propose = (order: object = death, until = validUntil) => ({
  type: 'Propose',
  data: { order, validUntil: until },
});
const approveOf = (order: Parameters<typeof orderDigest>[0]) => ({
  type: 'ApproveProposal',
  data: { order: orderDigest(order) },
});
const approve = approveOf(death);
const reject = { type: 'RejectProposal', data: { reason: 'administrative-review' } };
const withdraw = { type: 'WithdrawProposal', data: { reason: 'clerical-error' } };

const registrar = { id: 'ada', roles: ['registrar'] } as const;
const own = { agency: 'civil-registry', at, officer: registrar };
const other = { agency: 'election-office', at, officer: { id: 'bob', roles: ['registrar'] } } as const;

const proposed: ProposalEvent = { type: 'ChangeProposed', data: { order: death, validUntil } };
const approved: ProposalEvent = { type: 'ProposalApproved', data: approve.data };

describe('a proposal', () => {
  const none = given(proposalDecider, []);

  it('is made by an officer with the role that the order takes', () => none.when(propose(), own).then([proposed]));
  it('is not made without that role', () =>
    none.when(propose(), { ...own, officer: { id: 'eve', roles: ['auditor'] } }).refuses('ERR_ROLE_MISSING'));
  it('is not made for a time that is over', () => none.when(propose(death, at), own).refuses('ERR_PERIOD_INVALID'));
  it('is not made for more than 90 days', () =>
    none.when(propose(death, '2026-06-01T12:00:00.000Z'), own).refuses('ERR_PERIOD_INVALID'));
  it('names an order that takes agreement', () =>
    none
      .when(propose({ stream: 'identity-7f3c', type: 'SuspendIdentity', data: { reason: 'court-order' } }), own)
      .refuses('ERR_UNKNOWN_COMMAND'));
  it('names an order of its stream', () =>
    none.when(propose({ ...death, stream: 'agency-civil-registry' }), own).refuses('ERR_UNKNOWN_COMMAND'));
  it('carries nothing in public that the order itself would not', () =>
    none.when(propose({ ...death, data: { reason: 'Ada, aged 86' } }), own).refuses('ERR_MALFORMED'));
  it('is about nobody before it is made', () => {
    for (const order of [approve, reject, withdraw]) none.when(order, other).refuses('ERR_NOT_FOUND');
  });
});

describe('a proposal with private values', () => {
  const sealed = { class: 'identification', digests: ['A'.repeat(43)] };
  const correction = {
    stream: 'identity-7f3c',
    type: 'CorrectAttributes',
    data: { schema: 1, reason: 'clerical-error' },
    sealed,
  };
  const beside = { ...own, sealedClass: 'identification', sealedDigests: ['A'.repeat(43)] };
  const made: ProposalEvent = { type: 'ChangeProposed', data: { order: correction, validUntil } };
  const schema: IdentitySchema = {
    version: 1,
    fields: [],
    classes: { identification: { members: ['civil-registry', 'election-office'] } },
    languages: [],
    number: plainRules,
    source: 'A'.repeat(43),
  };

  it('carries those of its order', () => given(proposalDecider, []).when(propose(correction), beside).then([made]));
  it('carries no others', () =>
    given(proposalDecider, [])
      .when(propose(correction), { ...beside, sealedDigests: ['B'.repeat(43)] })
      .refuses('ERR_DISCLOSURE_MISMATCH'));
  it('is not made without them', () =>
    given(proposalDecider, []).when(propose(correction), own).refuses('ERR_DISCLOSURE_MISMATCH'));
  it('is agreed to by an agency that can read them', () =>
    given(proposalDecider, [made])
      .when(approveOf(correction), { ...other, schema: () => schema })
      .then([{ type: 'ProposalApproved', data: approveOf(correction).data }]));
  it('is not agreed to by one that cannot', () =>
    given(proposalDecider, [made])
      .when(approveOf(correction), { ...other, agency: 'social-protection', schema: () => schema })
      .refuses('ERR_CLASS_UNKNOWN'));
});

describe('an open proposal', () => {
  const open = given(proposalDecider, [proposed]);

  it('is not made again', () => open.when(propose(), own).refuses('ERR_ALREADY_EXISTS'));
  it('is approved by an officer of another agency', () => open.when(approve, other).then([approved]));
  it('is not approved by an officer who signed for something else', () =>
    open.when(approveOf({ ...death, data: { reason: 'court-order' } }), other).refuses('ERR_PROPOSAL_MISMATCH'));
  it('is rejected by an officer of another agency', () =>
    open.when(reject, other).then([{ type: 'ProposalRejected', data: { reason: 'administrative-review' } }]));
  it('is withdrawn by the agency that made it', () =>
    open.when(withdraw, own).then([{ type: 'ProposalWithdrawn', data: { reason: 'clerical-error' } }]));
  it('is neither approved nor rejected by the agency that made it', () => {
    for (const order of [approve, reject])
      open.when(order, { ...own, officer: { id: 'carl', roles: ['registrar'] } }).refuses('ERR_SAME_AGENCY');
  });
  it('is not withdrawn by another agency', () => open.when(withdraw, other).refuses('ERR_AUTHORITY_INVALID'));
  it('takes the role of its order to answer', () => {
    for (const order of [approve, reject])
      open.when(order, { ...other, officer: { id: 'eve', roles: ['adjudicator'] } }).refuses('ERR_ROLE_MISSING');
  });
  it('is over when its time is', () =>
    open.when(approve, { ...other, at: validUntil }).refuses('ERR_PROPOSAL_EXPIRED'));
  it('carries private values only when it is made', () =>
    open.when(approve, { ...other, sealedClass: 'contact' }).refuses('ERR_DISCLOSURE_MISMATCH'));
});

describe('an answered proposal', () => {
  const answers: readonly ProposalEvent[] = [
    approved,
    { type: 'ProposalRejected', data: { reason: 'administrative-review' } },
    { type: 'ProposalWithdrawn', data: { reason: 'clerical-error' } },
  ];

  it.each(answers)('stays $type', (answer) => {
    const answered = given(proposalDecider, [proposed, answer]);
    for (const order of [approve, reject]) answered.when(order, other).refuses('ERR_CLOSED');
  });

  it.each(answers.slice(1))('is not withdrawn once it is $type', (answer) =>
    given(proposalDecider, [proposed, answer]).when(withdraw, own).refuses('ERR_CLOSED'),
  );

  it('that was approved can still be withdrawn by the agency that made it, and by nobody else', () => {
    const answered = given(proposalDecider, [proposed, approved]);
    answered.when(withdraw, own).then([{ type: 'ProposalWithdrawn', data: { reason: 'clerical-error' } }]);
    answered.when(withdraw, other).refuses('ERR_AUTHORITY_INVALID');
  });

  it('says who agreed', () => {
    const by = { agency: 'election-office', officer: 'bob' };
    const made = proposalDecider.evolve(proposalDecider.initial, {
      ...proposed,
      version: 1,
      by: { agency: 'civil-registry', officer: 'ada' },
    });
    expect(proposalDecider.evolve(made, { ...approved, version: 2, by })).toMatchObject({
      status: 'approved',
      proposedBy: { agency: 'civil-registry', officer: 'ada' },
      approvedBy: by,
    });
  });
});
