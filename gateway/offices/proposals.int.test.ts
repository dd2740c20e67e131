import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openGatewayNode, type GatewayNode } from '#test/gatewayNode.ts';
import { newId } from '#test/registry.ts';

const other = 'election-office';

let gateway: GatewayNode;
let id: string;
let proposal: string;
beforeAll(async () => {
  gateway = await openGatewayNode();
  id = await made('registerIdentity', `enrolmentId: "${newId()}", attributes: {dateOfBirth: "1984-02-29"}`, 'id');
  const changed = 'attributes: {identification: {dateOfBirth: "1984-03-01"}}, effectiveFrom: "2020-05-01"';
  proposal = await made('correctAttributes', `id: "${id}", ${changed}, reason: CLERICAL_ERROR`, 'proposal');
});
afterAll(() => gateway.close());

async function made(field: string, args: string, name: 'id' | 'proposal'): Promise<string> {
  const selected = { id: '... on Registered { id }', proposal: '... on Proposed { proposal }' }[name];
  const text = `mutation { answer: ${field}(${args}) { ${selected} } }`;
  const { data } = await gateway.ask(await gateway.officer('registrar'), text);
  return String((data['answer'] as Record<string, unknown>)[name]); // the field of the text
}

async function ask(token: string, text: string): Promise<unknown> {
  const { data, codes } = await gateway.ask(token, `{ answer: ${text} }`);
  return codes.length > 0 ? codes : data['answer'];
}
const values = `values { __typename ... on Refused { code } ... on ProposedValues {
  attributes accessId effectiveFrom proposed { dateOfBirth } present { dateOfBirth } } }`;
const read = (selected: string) =>
  `proposal(id: "${proposal}") { __typename ... on Refused { code } ... on Proposal { ${selected} } }`;
const looks = async (): Promise<readonly Record<string, unknown>[]> => {
  const text = 'me { accesses(first: 5) { edges { node { accessId party kind requested released decision } } } }';
  const me = (await ask(await gateway.resident(id), text)) as {
    accesses: { edges: { node: Record<string, unknown> }[] };
  };
  return me.accesses.edges.map(({ node }) => node);
};

describe('a proposed correction', () => {
  it('tells an officer who may answer what it is about', async () => {
    const all =
      'status order stream data sealedClass role proposedBy { agency officer } answeredBy { agency } carriedOutBy { agency }';
    expect(await ask(await gateway.officer('registrar', other), read(all))).toEqual({
      __typename: 'Proposal',
      status: 'OPEN',
      order: 'CorrectAttributes',
      stream: `identity-${id}`,
      data: { reason: 'clerical-error', schema: 1 },
      sealedClass: 'identification',
      role: 'REGISTRAR',
      proposedBy: { agency: 'civil-registry', officer: 'registrar' },
      answeredBy: null,
      carriedOutBy: null,
    });
  });

  it('shows the proposed values beside the present ones, and the person sees who looked', async () => {
    const answer = await ask(await gateway.officer('registrar', other), read(values));
    expect(answer).toMatchObject({
      values: {
        attributes: ['dateOfBirth'],
        effectiveFrom: '2020-05-01',
        proposed: { dateOfBirth: '1984-03-01' },
        present: { dateOfBirth: '1984-02-29' },
      },
    });
    const [newest] = await looks();
    expect(newest).toMatchObject({
      accessId: (answer as { values: { accessId: string } }).values.accessId,
      party: `${other}/registrar`,
      kind: 'officer',
      requested: ['dateOfBirth'],
      released: ['dateOfBirth'],
      decision: 'RELEASED',
    });
  });

  it('shows no value without being asked for values, and then nobody has looked', async () => {
    const before = (await looks()).length;
    await ask(await gateway.officer('registrar', other), read('status data'));
    expect(await looks()).toHaveLength(before);
  });

  it('is among those that wait for an answer, and about its identity', async () => {
    const list = (args: string) => `proposals(${args}) { edges { node { id } } }`;
    const officer = await gateway.officer('registrar', other);
    const found = { edges: [{ node: { id: proposal } }] };
    expect(await ask(officer, list('status: OPEN, last: 1'))).toEqual(found);
    expect(await ask(officer, list(`stream: "identity-${id}"`))).toEqual(found);
    expect(await ask(officer, list('status: REJECTED'))).toEqual({ edges: [] });
    expect(await ask(officer, list('stream: "nobody"'))).toEqual(['ERR_MALFORMED']);
  });

  it('is neither shown nor approved at a node to which its values have not come', async () => {
    const { pool } = gateway.node.database;
    const officer = await gateway.officer('registrar', other);
    const approve = `mutation { answer: approveProposal(id: "${proposal}") { __typename ... on Refused { code } } }`;
    const refused = { __typename: 'Refused', code: 'ERR_DISCLOSURE_MISMATCH' };
    const moved = (from: string, to: string) =>
      pool.query('update store.sealed_entries set stream = $2 where stream = $1', [from, to]);
    await moved(`proposal-${proposal}`, 'elsewhere');
    try {
      expect(await ask(officer, read(values))).toMatchObject({ values: refused });
      expect((await gateway.ask(officer, approve)).data['answer']).toEqual(refused);
      expect((await looks())[0]).toMatchObject({ party: `${other}/registrar`, released: [], decision: refused.code });
    } finally {
      await moved('elsewhere', `proposal-${proposal}`);
    }
  });

  it('shows its values no more when there is nothing left to decide', async () => {
    const officer = await gateway.officer('registrar', other);
    const approve = `mutation { approveProposal(id: "${proposal}") { __typename } }`;
    await gateway.ask(officer, approve);
    const all = `status answeredBy { agency } carriedOutBy { agency } ${values}`;
    expect(await ask(officer, read(all))).toEqual({
      __typename: 'Proposal',
      status: 'CARRIED_OUT',
      answeredBy: { agency: other },
      carriedOutBy: { agency: other },
      values: null,
    });
  });
});
