import { beforeEach, describe, expect, it } from '@jest/globals';
import { orderDigest } from '#domain/approval.ts';
import { newContractBed, type ContractBed } from '#test/contractBed.ts';
import { agreement, carryOut } from '#test/agreement.ts';
import { newAgencies, newId, newSigner, officerOf, order, registration, type Submission } from '#test/registry.ts';
import { sealedKey } from './keys.ts';

const all = newAgencies();
const civil = all['civil-registry'];
const election = all['election-office'];
const validUntil = '2026-02-01T00:00:00.000Z';

let bed: ContractBed;
let person: Submission;

beforeEach(async () => {
  bed = newContractBed();
  await bed.found(all);
  person = registration(civil.signer);
  expect(await bed.submit([person])).toMatchObject([{ version: 1 }]);
});

const erasure = (proposals: readonly string[] = []) => ({
  stream: person.command.stream,
  type: 'EraseIdentity',
  data: { reason: 'request-of-person', proposals: [...proposals] },
});

async function propose(what: ReturnType<typeof erasure>): Promise<string> {
  const id = newId();
  const proposal = { stream: `proposal-${id}`, type: 'Propose', data: { order: what, validUntil } };
  expect(await bed.submit([order(proposal, { signer: civil.signer })])).toMatchObject([{ version: 1 }]);
  return id;
}

async function approve(id: string, what = erasure()): Promise<void> {
  const data = { order: orderDigest(what) };
  const approval = order({ stream: `proposal-${id}`, type: 'ApproveProposal', data }, { signer: election.signer });
  expect(await bed.submit([approval], { agency: election.name })).toMatchObject([{ version: 2 }]);
}

const carriedOut = (what: ReturnType<typeof erasure>, proposal: string) =>
  order({ ...what, proposal }, { signer: civil.signer });

describe('an order that two agencies have agreed on', () => {
  it('is carried out once, and the fact names the proposal', async () => {
    const proposal = await propose(erasure());
    await approve(proposal);
    expect(await bed.submit([carriedOut(erasure(), proposal)])).toMatchObject([
      { version: 2, events: [{ type: 'IdentityErased', proposal }] },
    ]);
    const merge = { ...erasure(), type: 'MergeIdentity', data: { into: 'x', reason: 'duplicate-record' } };
    expect(await bed.submit([order({ ...merge, proposal }, { signer: civil.signer })])).toMatchObject([
      { refused: 'ERR_PROPOSAL_MISMATCH' },
    ]);
    expect(await bed.submit([carriedOut(erasure(), proposal)])).toMatchObject([{ refused: 'ERR_PROPOSAL_SPENT' }]);
  });

  it('is not taken back afterwards', async () => {
    const withdrawal = (proposal: string) => {
      const data = { reason: 'clerical-error' };
      return order({ stream: `proposal-${proposal}`, type: 'WithdrawProposal', data }, { signer: civil.signer });
    };
    const [done, open] = [await propose(erasure()), await propose(erasure())];
    await approve(done);
    await approve(open);
    await bed.submit([carriedOut(erasure(), done)]);
    expect(await bed.submit([withdrawal(done)])).toMatchObject([{ refused: 'ERR_PROPOSAL_SPENT' }]);
    expect(await bed.submit([withdrawal(open)])).toMatchObject([{ version: 3 }]);
  });

  it('is not carried out after its time', async () => {
    const proposal = await propose(erasure());
    await approve(proposal);
    expect(await bed.submit([carriedOut(erasure(), proposal)], { at: validUntil })).toMatchObject([
      { refused: 'ERR_PROPOSAL_EXPIRED' },
    ]);
  });
});

describe('an order that was agreed on with somebody who is gone', () => {
  const onAgency = (type: string, data: object) => ({ stream: `agency-${election.name}`, type, data: { ...data } });

  it('is not carried out once the officer was removed', async () => {
    const proposal = await propose(erasure());
    await approve(proposal);
    const next = newSigner('next');
    const changes = [
      order(onAgency('AddOfficer', officerOf(next)), { signer: election.signer }),
      order(onAgency('RemoveOfficer', { officer: election.signer.officer, reason: 'breach-of-terms' }), {
        signer: next,
      }),
    ];
    expect(await bed.submit(changes, { agency: election.name })).toMatchObject([{ version: 2 }, { version: 3 }]);
    expect(await bed.submit([carriedOut(erasure(), proposal)])).toMatchObject([
      { refused: 'ERR_PROPOSAL_NOT_APPROVED' },
    ]);
  });

  it('is not carried out once the agency was removed', async () => {
    const proposal = await propose(erasure());
    await approve(proposal);
    const parties = { proposer: civil, approver: all['social-protection'], now: Date.parse('2026-01-01T00:00:00Z') };
    const removal = agreement(onAgency('RemoveAgency', { reason: 'breach-of-terms' }), parties);
    await carryOut(async (each, agency) => (await bed.submit([each], { agency }))[0] ?? {}, removal, parties);
    expect(await bed.submit([carriedOut(erasure(), proposal)])).toMatchObject([
      { refused: 'ERR_PROPOSAL_NOT_APPROVED' },
    ]);
  });
});

describe('an order on which nobody has agreed', () => {
  it('is refused with an open proposal, an unknown one, and none', async () => {
    const proposal = await propose(erasure());
    expect(await bed.submit([carriedOut(erasure(), proposal), carriedOut(erasure(), 'unknown')])).toMatchObject([
      { refused: 'ERR_PROPOSAL_NOT_APPROVED' },
      { refused: 'ERR_PROPOSAL_NOT_APPROVED' },
    ]);
    expect(await bed.submit([order(erasure(), { signer: civil.signer })])).toMatchObject([
      { refused: 'ERR_APPROVAL_MISSING' },
    ]);
  });
});

describe('erasure', () => {
  it('purges every private value of the stream, and nobody else’s', async () => {
    const neighbour = registration(civil.signer);
    const values = { class: 'contact', of: { suburb: 'Chelsea' } };
    const contact = { stream: person.command.stream, type: 'RecordAttributes', data: { schema: 1 } };
    await bed.submit([neighbour, order(contact, { signer: civil.signer, values })]);
    expect(bed.privateState.size).toBe(3);
    const proposal = await propose(erasure());
    await approve(proposal);
    await bed.submit([carriedOut(erasure(), proposal)]);
    expect([...bed.privateState.keys()]).toEqual([`identification ${sealedKey(neighbour.command.stream, 1)}`]);
  });

  it('takes the values of proposals about the person with it', async () => {
    const { command, disclosures } = order(
      { stream: person.command.stream, type: 'CorrectAttributes', data: { schema: 1, reason: 'clerical-error' } },
      { values: { class: 'identification', of: { dateOfBirth: '1815-12-11' } } },
    );
    const { stream, type, data, sealed } = command;
    const id = newId();
    const proposed = order(
      { stream: `proposal-${id}`, type: 'Propose', data: { order: { stream, type, data, sealed }, validUntil } },
      {
        signer: civil.signer,
        ...(sealed && disclosures && { disclosed: { sealed, disclosures } }),
      },
    );
    expect(await bed.submit([proposed])).toMatchObject([
      { version: 1, events: [{ sealed: { class: 'identification' } }] },
    ]);
    expect(bed.privateState.size).toBe(2);
    const proposal = await propose(erasure([id]));
    await approve(proposal, erasure([id]));
    expect(await bed.submit([carriedOut(erasure([id]), proposal)])).toMatchObject([{ version: 2 }]);
    expect(bed.privateState.size).toBe(0);
  });

  it('names no proposals about others', async () => {
    const other = registration(civil.signer);
    await bed.submit([other]);
    const about = await propose({ ...erasure(), stream: other.command.stream });
    const proposal = await propose(erasure([about]));
    await approve(proposal, erasure([about]));
    expect(await bed.submit([carriedOut(erasure([about]), proposal)])).toMatchObject([{ refused: 'ERR_NOT_FOUND' }]);
  });
});
