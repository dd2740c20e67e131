import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openGatewayNode, type GatewayNode } from '#test/gatewayNode.ts';
import { newId } from '#test/registry.ts';
import { createNodeSigner } from '../nodeSigner.ts';
import { issueDemoToken } from '../tokens/demoToken.ts';

// Officers of two agencies at one gateway of the demo: each speaks through the own agency's connection.
const other = 'election-office';

let gateway: GatewayNode;
beforeAll(async () => {
  gateway = await openGatewayNode();
});
afterAll(() => gateway.close());

type Who = readonly [officer: string, agency?: string];
type Answer = Readonly<Record<string, unknown>>;

async function answer(
  [officer, agency]: Who,
  field: string,
  selected: string,
  operation = 'mutation',
): Promise<Answer> {
  const text = `${operation} { answer: ${field} { __typename ${selected} ... on Refused { code } } }`;
  const { data, codes } = await gateway.ask(await gateway.officer(officer, agency), text);
  expect(codes).toEqual([]);
  return data['answer'] as Answer; // the field of the text
}
const receipt = { __typename: 'Receipt' };
const refused = (code: string) => ({ __typename: 'Refused', code });

async function proposed(who: Who, field: string): Promise<string> {
  const { proposal } = await answer(who, field, '... on Proposed { proposal }');
  if (typeof proposal !== 'string') throw new Error('nothing was proposed');
  return proposal;
}
const says = (who: Who, field: string) => answer(who, field, '');
const approves = (who: Who, id: string, andCarryOut = true) =>
  answer(
    who,
    `approveProposal(id: "${id}", andCarryOut: ${andCarryOut})`,
    '... on Approved { carriedOut { __typename ... on Refused { code } } }',
  );
const approved = (carriedOut: object | null = receipt) => ({ __typename: 'Approved', carriedOut });

const registrar: Who = ['registrar'];
const otherRegistrar: Who = ['registrar', other];
const adjudicator: Who = ['adjudicator'];
const otherAdjudicator: Who = ['adjudicator', other];

async function newIdentity(): Promise<string> {
  const attributes = '{givenName: [{language: eng, value: "Ada"}], dateOfBirth: "1984-02-29"}';
  const field = `registerIdentity(enrolmentId: "${newId()}", attributes: ${attributes})`;
  return String((await answer(registrar, field, '... on Registered { id }'))['id']);
}

async function statusOf(id: string): Promise<unknown> {
  const { data } = await gateway.ask(await gateway.resident(id), '{ me { status attributes { dateOfBirth } } }');
  return data['me'];
}
const correction = (id: string, day = '1984-03-01') =>
  `correctAttributes(id: "${id}", attributes: {identification: {dateOfBirth: "${day}"}}, reason: CLERICAL_ERROR)`;
const death = (id: string) => `recordDeath(id: "${id}", reason: DEATH_CERTIFICATE)`;

describe('a death', () => {
  it('is proposed, approved by an officer of another agency, and thereby recorded', async () => {
    const id = await newIdentity();
    const proposal = await proposed(registrar, death(id));
    expect(await statusOf(id)).toMatchObject({ status: 'active' });
    expect(await approves(registrar, proposal)).toEqual(refused('ERR_SAME_AGENCY'));
    expect(await approves(otherAdjudicator, proposal)).toEqual(refused('ERR_ROLE_MISSING'));
    expect(await approves(otherRegistrar, proposal)).toEqual(approved());
    expect(await statusOf(id)).toMatchObject({ status: 'deceased' });
    const { data } = await gateway.ask(
      gateway.tokens.auditor,
      `{ history(stream: "identity-${id}") { edges { node { type agency officer proposal } } } }`,
    );
    expect(JSON.stringify(data)).toContain(
      JSON.stringify({ type: 'DeathRecorded', agency: other, officer: 'registrar', proposal }),
    );
  });

  it('is not recorded without approval, nor twice with one', async () => {
    const id = await newIdentity();
    const proposal = await proposed(registrar, death(id));
    const carryOut = `carryOutProposal(id: "${proposal}")`;
    expect(await says(registrar, carryOut)).toEqual(refused('ERR_PROPOSAL_NOT_APPROVED'));
    expect(await approves(otherRegistrar, proposal, false)).toEqual(approved(null));
    expect(await statusOf(id)).toMatchObject({ status: 'active' });
    expect(await says(adjudicator, carryOut)).toEqual(refused('ERR_ROLE_MISSING'));
    expect(await says(registrar, carryOut)).toEqual(receipt);
    expect(await says(registrar, carryOut)).toEqual(refused('ERR_PROPOSAL_SPENT'));
  });

  it('is not proposed of somebody who does not exist, or is dead already', async () => {
    expect(await says(registrar, death(newId()))).toEqual(refused('ERR_NOT_FOUND'));
    expect(await says(registrar, death('no id'))).toEqual(refused('ERR_MALFORMED'));
    const id = await newIdentity();
    await approves(otherRegistrar, await proposed(registrar, death(id)));
    expect(await says(registrar, death(id))).toEqual(refused('ERR_CLOSED'));
  });

  it('is proposed by a registrar, and for 90 days at most', async () => {
    const id = await newIdentity();
    expect(await says(adjudicator, death(id))).toEqual(refused('ERR_ROLE_MISSING'));
    const long = `recordDeath(id: "${id}", reason: DEATH_CERTIFICATE, validUntil: "2199-01-01T00:00:00.000Z")`;
    expect(await says(registrar, long)).toEqual(refused('ERR_PERIOD_INVALID'));
  });
});

describe('a deactivation', () => {
  it('is for adjudicators of two agencies', async () => {
    const id = await newIdentity();
    const deactivate = `deactivateIdentity(id: "${id}", reason: EMIGRATION)`;
    expect(await says(registrar, deactivate)).toEqual(refused('ERR_ROLE_MISSING'));
    expect(await approves(otherAdjudicator, await proposed(adjudicator, deactivate))).toEqual(approved());
    expect(await statusOf(id)).toMatchObject({ status: 'deactivated' });
  });
});

describe('a correction', () => {
  it('of what identifies a person changes nothing before another agency agrees', async () => {
    const id = await newIdentity();
    const proposal = await proposed(registrar, correction(id));
    expect(await statusOf(id)).toMatchObject({ attributes: { dateOfBirth: '1984-02-29' } });
    expect(await approves(otherRegistrar, proposal)).toEqual(approved());
    expect(await statusOf(id)).toMatchObject({ attributes: { dateOfBirth: '1984-03-01' } });
  });

  it('of how to reach a person is done at once', async () => {
    const id = await newIdentity();
    const contact = (field: string, postcode: string, rest: string) =>
      says(registrar, `${field}(id: "${id}", attributes: {contact: {postcode: "${postcode}"}}${rest})`);
    expect(await contact('recordAttributes', '4017', '')).toEqual(receipt);
    expect(await contact('correctAttributes', '4018', ', reason: CHANGED_CIRCUMSTANCES')).toEqual(receipt);
  });

  it('is carried out with the very values that were agreed on', async () => {
    const id = await newIdentity();
    const proposal = await proposed(registrar, correction(id));
    await approves(otherRegistrar, proposal);
    const text = (stream: string) => `{ history(stream: "${stream}") { edges { node { digests } } } }`;
    const digests = async (stream: string, index: number) => {
      const { data } = await gateway.ask(gateway.tokens.auditor, text(stream));
      const { edges } = data['history'] as { edges: { node: { digests: string[] } }[] };
      return edges[index]?.node.digests;
    };
    expect(await digests(`identity-${id}`, 1)).toHaveLength(1);
    expect(await digests(`identity-${id}`, 1)).toEqual(await digests(`proposal-${proposal}`, 0));
  });

  it('that has become impossible stays approved, and says so', async () => {
    const id = await newIdentity();
    const proposal = await proposed(registrar, correction(id));
    await says(registrar, `suspendIdentity(id: "${id}", reason: COURT_ORDER)`);
    expect(await approves(otherRegistrar, proposal)).toEqual(approved(refused('ERR_NOT_ACTIVE')));
    await says(registrar, `reinstateIdentity(id: "${id}", reason: REVIEW_CLOSED)`);
    expect(await says(otherRegistrar, `carryOutProposal(id: "${proposal}")`)).toEqual(receipt);
  });
});

describe('a proposal that is not wanted', () => {
  it('is rejected by the other agency or withdrawn by the own one, and then over', async () => {
    const id = await newIdentity();
    const close = (who: Who, field: string, proposal: string) =>
      says(who, `${field}(id: "${proposal}", reason: ADMINISTRATIVE_REVIEW)`);
    const [first, second] = [await proposed(registrar, death(id)), await proposed(registrar, correction(id))];
    expect(await close(registrar, 'rejectProposal', first)).toEqual(refused('ERR_SAME_AGENCY'));
    expect(await close(otherRegistrar, 'rejectProposal', first)).toEqual(receipt);
    expect(await approves(otherRegistrar, first)).toEqual(refused('ERR_CLOSED'));
    expect(await close(otherRegistrar, 'withdrawProposal', second)).toEqual(refused('ERR_AUTHORITY_INVALID'));
    expect(await close(registrar, 'withdrawProposal', second)).toEqual(receipt);
    expect(await approves(otherRegistrar, second)).toEqual(refused('ERR_CLOSED'));
    expect(await approves(otherRegistrar, newId())).toEqual(refused('ERR_NOT_FOUND'));
    expect(await says(registrar, 'carryOutProposal(id: "no id")')).toEqual(refused('ERR_MALFORMED'));
  });
});

describe('two records of one person', () => {
  it('become one, and two again when that was wrong', async () => {
    const [id, into] = [await newIdentity(), await newIdentity()];
    const merge = (other: string) => `mergeIdentity(id: "${id}", into: "${other}", reason: DUPLICATE_RECORD)`;
    expect(await says(adjudicator, merge(newId()))).toEqual(refused('ERR_NOT_FOUND'));
    expect(await approves(otherAdjudicator, await proposed(adjudicator, merge(into)))).toEqual(approved());
    expect(await statusOf(id)).toMatchObject({ status: 'merged' });
    const split = `splitIdentity(id: "${id}", reason: CLERICAL_ERROR)`;
    expect(await approves(otherAdjudicator, await proposed(adjudicator, split))).toEqual(approved());
    expect(await statusOf(id)).toMatchObject({ status: 'active' });
    expect(await says(adjudicator, split)).toEqual(refused('ERR_NOT_MERGED'));
  });
});

describe("a person's key", () => {
  const key = () => randomBytes(32).toString('base64url');

  it('is bound by a registrar, and replaced when another agency agrees that it is lost', async () => {
    const id = await newIdentity();
    const recover = `recoverPersonKey(id: "${id}", key: "${key()}", reason: REQUEST_OF_PERSON)`;
    expect(await says(registrar, recover)).toEqual(refused('ERR_KEY_NOT_BOUND'));
    expect(await says(registrar, `bindPersonKey(id: "${id}", key: "${key()}")`)).toEqual(receipt);
    expect(await says(registrar, `bindPersonKey(id: "${id}", key: "${key()}")`)).toEqual(refused('ERR_KEY_BOUND'));
    expect(await approves(otherRegistrar, await proposed(registrar, recover))).toEqual(approved());
  });
});

describe('an erasure', () => {
  it('names the proposals whose values go with the person, and is made anew when there are more', async () => {
    const id = await newIdentity();
    const erase = `eraseIdentity(id: "${id}", reason: REQUEST_OF_PERSON)`;
    const first = await proposed(registrar, correction(id));
    const early = await proposed(adjudicator, erase);
    const second = await proposed(registrar, correction(id, '1984-03-02'));
    expect(await approves(otherAdjudicator, early)).toEqual(approved(refused('ERR_PROPOSAL_MISMATCH')));
    const late = await proposed(adjudicator, erase);
    const { data } = await gateway.ask(
      gateway.tokens.auditor,
      `{ proposal(id: "${late}") { ... on Proposal { data } } }`,
    );
    expect(data).toEqual({ proposal: { data: { reason: 'request-of-person', proposals: [first, second].sort() } } });
    expect(await approves(otherAdjudicator, late)).toEqual(approved());
    expect(await statusOf(id)).toMatchObject({ status: 'erased' });
  });
});

describe('who takes part', () => {
  it('is agreed on by administrators of two agencies', async () => {
    const [administrator, otherAdministrator]: readonly [Who, Who] = [['administrator'], ['administrator', other]];
    const remove = 'removeAgency(agency: "social-protection", reason: BREACH_OF_TERMS)';
    expect(await says(['registrar'], remove)).toEqual(refused('ERR_ROLE_MISSING'));
    expect(await says(['administrator', 'social-protection'], remove)).toEqual(refused('ERR_AUTHORITY_INVALID'));
    const handOver = await proposed(administrator, 'handOverKeys(class: "contact")');
    // Keys are handed to the agency that asked: it carries that out itself.
    expect(await approves(otherAdministrator, handOver)).toEqual(approved(null));
    expect(await says(administrator, `carryOutProposal(id: "${handOver}")`)).toEqual(receipt);
    expect(await approves(otherAdministrator, await proposed(administrator, remove))).toEqual(approved());
    const gone = await gateway.officer('administrator', 'social-protection');
    const { codes } = await gateway.ask(gone, '{ proposals { edges { node { id } } } }');
    expect(codes).toEqual(['ERR_FORBIDDEN']);
  });
});

describe('an officer of an agency whose keys lie elsewhere', () => {
  it('is sent to the own node', async () => {
    const signer = await createNodeSigner('audit-office', gateway.node.keystore.signingKey);
    const token = await issueDemoToken(signer, { kind: 'officer', agency: 'audit-office', officer: 'registrar' });
    const { status, codes } = await gateway.ask(token, '{ proposals { edges { node { id } } } }');
    expect({ status, codes }).toEqual({ status: 403, codes: ['ERR_OTHER_AGENCY'] });
  });
});
