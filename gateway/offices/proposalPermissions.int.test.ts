import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Role } from '#domain/agency/roles.ts';
import { openGatewayNode, type GatewayNode } from '#test/gatewayNode.ts';
import { newId } from '#test/registry.ts';

// Cell by cell: who may see a proposal, see the values it carries, and answer it.
let gateway: GatewayNode;
let correction: string;
let removal: string;
beforeAll(async () => {
  gateway = await openGatewayNode();
  const registered = await mutate(
    'registrar',
    `registerIdentity(enrolmentId: "${newId()}", attributes: {dateOfBirth: "1984-02-29"}) { ... on Registered { id } }`,
  );
  const values = 'attributes: {identification: {dateOfBirth: "1984-03-01"}}';
  const correct = `correctAttributes(id: "${String(registered['id'])}", ${values}, reason: CLERICAL_ERROR)`;
  const remove = 'removeAgency(agency: "social-protection", reason: BREACH_OF_TERMS)';
  const proposed = '{ ... on Proposed { proposal } }';
  correction = String((await mutate('registrar', `${correct} ${proposed}`))['proposal']);
  removal = String((await mutate('administrator', `${remove} ${proposed}`))['proposal']);
});
afterAll(() => gateway.close());

async function mutate(officer: string, field: string): Promise<Readonly<Record<string, unknown>>> {
  const { data } = await gateway.ask(await gateway.officer(officer), `mutation { answer: ${field} }`);
  return data['answer'] as Record<string, unknown>; // the field of the text
}

/** What came of a text: a code, or the type of the answer. */
async function outcome(token: string | undefined, text: string): Promise<unknown> {
  const { data, codes } = await gateway.ask(token, text);
  const answer = data['answer'] as { code?: string; __typename: string } | undefined;
  return codes[0] ?? answer?.code ?? answer?.__typename;
}
const reading = (id: string) => `{ answer: proposal(id: "${id}") { __typename ... on Refused { code } } }`;
const answering = (field: string, id: string) =>
  `mutation { answer: ${field}(id: "${id}", reason: ADMINISTRATIVE_REVIEW) { __typename ... on Refused { code } } }`;
const approving = (id: string) =>
  `mutation { answer: approveProposal(id: "${id}") { __typename ... on Refused { code } } }`;
const carryingOut = (id: string) =>
  `mutation { answer: carryOutProposal(id: "${id}") { __typename ... on Refused { code } } }`;

const proposals = [
  { of: 'a correction', takes: 'registrar', id: () => correction },
  { of: 'the removal of an agency', takes: 'administrator', id: () => removal },
] as const;

describe.each(proposals)('the proposal of $of', ({ takes, id }) => {
  it.each(Role.options)('is seen and answered by a %s as the role says', async (role) => {
    const officer = await gateway.officer(role, 'election-office');
    const may = role === takes;
    expect(await outcome(officer, reading(id()))).toBe(may ? 'Proposal' : 'ERR_ROLE_MISSING');
    const { data } = await gateway.ask(officer, '{ proposals { edges { node { id } } } }');
    expect(JSON.stringify(data).includes(id())).toBe(may);
    if (may) return; // how it is answered stands in agreement.int.test.ts
    for (const text of [approving(id()), answering('rejectProposal', id())])
      expect(await outcome(officer, text)).toBe('ERR_ROLE_MISSING');
  });

  it.each(Role.options)('is withdrawn and carried out by a %s of the own agency as the role says', async (role) => {
    const officer = await gateway.officer(role);
    const may = role === takes;
    if (!may) expect(await outcome(officer, answering('withdrawProposal', id()))).toBe('ERR_ROLE_MISSING');
    const carriedOut = await outcome(officer, carryingOut(id()));
    expect(carriedOut).toBe(may ? 'ERR_PROPOSAL_NOT_APPROVED' : 'ERR_ROLE_MISSING');
  });

  it('is not answered by the agency that made it, whatever the role', async () => {
    for (const role of Role.options)
      for (const text of [approving(id()), answering('rejectProposal', id())])
        expect(await outcome(await gateway.officer(role), text)).toBe(
          role === takes ? 'ERR_SAME_AGENCY' : 'ERR_ROLE_MISSING',
        );
  });

  it('is seen by an auditor, who answers nothing', async () => {
    const { auditor } = gateway.tokens;
    expect(await outcome(auditor, reading(id()))).toBe('Proposal');
    for (const text of [approving(id()), carryingOut(id()), answering('rejectProposal', id())])
      expect(await outcome(auditor, text)).toBe('ERR_FORBIDDEN');
  });

  it('is nothing to services, residents and strangers', async () => {
    const resident = await gateway.resident(newId());
    for (const text of [reading(id()), approving(id()), carryingOut(id()), answering('withdrawProposal', id())]) {
      for (const token of [gateway.tokens.clinic, resident]) expect(await outcome(token, text)).toBe('ERR_FORBIDDEN');
      expect(await outcome(undefined, text)).toBe('ERR_UNAUTHENTICATED');
    }
  });
});

describe('the values beside a proposal', () => {
  it('are not for auditors', async () => {
    const text = `{ answer: proposal(id: "${correction}") { ... on Proposal { values { __typename } } } }`;
    const { data, codes } = await gateway.ask(gateway.tokens.auditor, text);
    expect({ data, codes }).toEqual({ data: { answer: { values: null } }, codes: ['ERR_FORBIDDEN'] });
  });
});

describe('an officer who was removed', () => {
  it('sees no proposals any more', async () => {
    const remove = `mutation { answer: removeOfficer(officer: "registrar", reason: END_OF_SERVICE) { __typename } }`;
    expect(await outcome(await gateway.officer('administrator', 'social-protection'), remove)).toBe('Receipt');
    const officer = await gateway.officer('registrar', 'social-protection');
    expect(await outcome(officer, reading(correction))).toBe('ERR_AUTHORITY_INVALID');
    expect(await outcome(officer, approving(correction))).toBe('ERR_AUTHORITY_INVALID');
    expect(await outcome(officer, '{ answer: proposals { edges { node { id } } } }')).toBe('ERR_FORBIDDEN');
  });
});
