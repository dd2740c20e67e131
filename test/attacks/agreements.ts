import { orderDigest } from '#domain/approval.ts';
import { describe, expect, it } from '@jest/globals';
import { headKey } from '#chaincode/keys.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import type { Submission } from '#ledger/ledger.ts';
import { agreement } from '#test/agreement.ts';
import { codeOf, standing } from '#test/conformance/office.ts';
import { eventually } from '#test/eventually.ts';
import { agencies, newId, order, type AgencyName } from '#test/registry.ts';
import { nothing, strike, watch } from './aftermath.ts';
import { forgeTransaction } from './forgedTransaction.ts';
import { rogue, type Siege } from './siege.ts';

const death = (stream: string) => ({ stream, type: 'RecordDeath', data: { reason: 'death-certificate' } });

/** What the malicious agency needs to have a death recorded: its own proposal, the approval of another agency, the order. */
function wanted(siege: Siege, person: string, approver: AgencyName = 'civil-registry') {
  return agreement(death(person), { proposer: siege.people[rogue], approver: siege.people[approver] });
}

const streamOf = ({ command }: Submission) => command.stream;
const about = (proposal: Submission, type: string, data: Record<string, unknown>) => ({
  stream: streamOf(proposal),
  type,
  data,
});

export function describeAgreements(siege: () => Siege): void {
  const answer = async (submission: Submission, agency: AgencyName = rogue) =>
    codeOf(await siege().ledger(agency).submit(submission));

  describe('a proposal of the malicious agency', () => {
    it('is approved by no officer of its own, through whatever node', async () => {
      const person = await siege().registered();
      const { proposal, carriedOut } = await proposed(siege(), person);
      const own = order(
        about(proposal, 'ApproveProposal', { order: orderDigest(death(person)) }),
        siege().people[rogue],
      );
      expect(await answer(own)).toBe('ERR_SAME_AGENCY');
      expect(await answer(own, 'election-office')).toBe('ERR_AUTHORITY_INVALID');
      expect(await answer(carriedOut)).toBe('ERR_PROPOSAL_NOT_APPROVED');
      expect(await siege().ledger('civil-registry').history(person)).toHaveLength(1);
    });

    it('is not approved by a head that it wrote itself', async () => {
      const person = await siege().registered();
      const { proposal, carriedOut } = await proposed(siege(), person);
      const head = await siege().ledger('civil-registry').head(streamOf(proposal));
      const state = { ...(head?.state as object), status: 'approved', approvedBy: { agency: 'civil-registry' } }; // what the decider would fold
      const { client: creator, peer } = siege().keys(rogue);
      const writes = { [headKey(streamOf(proposal))]: canonicalJson({ ...head, state }) };
      const forged = forgeTransaction({ creator, endorsers: [peer], writes });
      expect(await strike(siege(), [streamOf(proposal), person], forged)).toEqual(nothing(10));
      expect(await answer(carriedOut)).toBe('ERR_PROPOSAL_NOT_APPROVED');
    });
  });

  describeEnded(siege, answer);
  describeApproved(siege, answer);
  describeEndOfProposal(siege, answer);
}

/** Submits, and waits until the peers of all agencies know of it: one that is a block behind would answer the next order otherwise. */
async function everywhere(siege: Siege, submission: Submission, by: AgencyName): Promise<void> {
  const { version } = standing(await siege.ledger(by).submit(submission));
  for (const agency of agencies)
    await eventually(async () => {
      const head = await siege.ledger(agency).head(streamOf(submission));
      expect(head?.version).toBeGreaterThanOrEqual(version);
    });
}

async function proposed(siege: Siege, person: string) {
  const all = wanted(siege, person);
  await everywhere(siege, all.proposal, rogue);
  return all;
}

type Answer = (submission: Submission, agency?: AgencyName) => Promise<string>;

async function approved(siege: Siege, person: string) {
  const all = await proposed(siege, person);
  await everywhere(siege, all.approval, 'civil-registry');
  return all;
}

function describeEnded(siege: () => Siege, answer: Answer): void {
  describe('a proposal that has ended', () => {
    it.each([
      ['rejected', 'RejectProposal', 'civil-registry'],
      ['withdrawn', 'WithdrawProposal', rogue],
    ] as const)('is not carried out once it is %s', async (_state, type, agency) => {
      const person = await siege().registered();
      const { proposal, approval, carriedOut } = await proposed(siege(), person);
      const end = order(about(proposal, type, { reason: 'administrative-review' }), siege().people[agency]);
      standing(await siege().ledger(agency).submit(end));
      expect(await answer(approval, 'civil-registry')).toBe('ERR_CLOSED');
      expect(await answer(carriedOut)).toBe('ERR_PROPOSAL_NOT_APPROVED');
      expect(await siege().ledger('civil-registry').history(person)).toHaveLength(1);
    });
  });
}

function describeApproved(siege: () => Siege, answer: Answer): void {
  describe('an approval that the malicious agency got honestly', () => {
    it('lends itself to no other order: person, kind or reason', async () => {
      const [person, other] = [await siege().registered(), await siege().registered()];
      const { carriedOut } = await approved(siege(), person);
      const { proposal } = carriedOut.command;
      if (proposal === undefined) throw new Error('the order names no proposal');
      const others = [
        { ...death(other), proposal },
        { ...death(person), type: 'DeactivateIdentity', data: { reason: 'emigration' }, proposal },
        { ...death(person), data: { reason: 'court-order' }, proposal },
      ];
      for (const each of others) expect(await answer(order(each, siege().people[rogue]))).toBe('ERR_PROPOSAL_MISMATCH');
      for (const each of [person, other]) expect(await siege().ledger('civil-registry').history(each)).toHaveLength(1);
    });

    it('is good for one order, also when two were endorsed before either was ordered', async () => {
      const person = await siege().registered();
      const { carriedOut } = await approved(siege(), person);
      const { command } = carriedOut;
      const again = order({ ...death(person), proposal: command.proposal ?? '', id: newId() }, siege().people[rogue]);
      const held = await eventually(() => siege().transactor(rogue).endorse([again]));
      standing(await siege().ledger(rogue).submit(carriedOut));
      const release = watch(siege(), [person], async () => {
        await held.commit();
        return held.transactionId;
      });
      expect(await release).toEqual(nothing(11));
      expect(await answer(again)).toBe('ERR_PROPOSAL_SPENT');
    });
  });
}

function describeEndOfProposal(siege: () => Siege, answer: Answer): void {
  describe('a proposal whose time is over', () => {
    it('is neither approved nor carried out', async () => {
      const [person, other] = [await siege().registered(), await siege().registered()];
      const soon = Date.now() + 6000 - 30 * 86_400_000;
      const parties = { proposer: siege().people[rogue], approver: siege().people['civil-registry'], now: soon };
      const [open, agreed] = [agreement(death(person), parties), agreement(death(other), parties)];
      for (const { proposal } of [open, agreed]) await everywhere(siege(), proposal, rogue);
      await everywhere(siege(), agreed.approval, 'civil-registry');
      await eventually(() => expect(Date.now()).toBeGreaterThan(soon + 30 * 86_400_000));
      expect(await answer(open.approval, 'civil-registry')).toBe('ERR_PROPOSAL_EXPIRED');
      expect(await answer(agreed.carriedOut)).toBe('ERR_PROPOSAL_EXPIRED');
      for (const each of [person, other]) expect(await siege().ledger('civil-registry').history(each)).toHaveLength(1);
    });
  });
}
