import { afterAll, beforeAll, expect, it } from '@jest/globals';
import * as z from 'zod';
import { eventually } from '#test/eventually.ts';
import { newId } from '#test/registry.ts';
import { ask } from './plinth.ts';
import { register } from './questions.ts';

/** The node of one agency, and how it hands out tokens for its officers and for people. */
export type Desk = { readonly url: string; readonly token: (...who: readonly string[]) => Promise<string> };

/** Two agencies' desks; on one machine with one node they are at the same address. */
export type Desks = { readonly here: Desk; readonly there: Desk; readonly close: () => Promise<void> };

const refusal = '__typename ... on Refused { code }';
const correct = `mutation ($id: ID!, $names: [TextInput!]!) {
  correctAttributes(id: $id, attributes: { identification: { givenName: $names } }, reason: CLERICAL_ERROR) {
    ${refusal} ... on Proposed { proposal } } }`;
const die = `mutation ($id: ID!) {
  recordDeath(id: $id, reason: DEATH_CERTIFICATE) { ${refusal} ... on Proposed { proposal } } }`;
const approve = `mutation ($id: ID!, $now: Boolean!) {
  approveProposal(id: $id, andCarryOut: $now) { ${refusal} ... on Approved { carriedOut { ${refusal} } } } }`;
const carryOut = `mutation ($id: ID!) { carryOutProposal(id: $id) { ${refusal} } }`;
const waiting = `query ($stream: String!) { proposals(status: OPEN, stream: $stream) { edges { node { id } } } }`;
const compare = `query ($id: ID!) { proposal(id: $id) { ... on Proposal { values {
  ... on ProposedValues { proposed { givenName } present { givenName } } } } } }`;
const self = '{ me { status attributes { givenName } } }';

const Proposed = z.object({ __typename: z.literal('Proposed'), proposal: z.string() });
const named = (value: string) => [{ language: 'eng', value }];
const refused = (code: string) => ({ __typename: 'Refused', code });
const done = { __typename: 'Receipt' };

/** Asks at a desk as an officer, or as a person; each token is fetched once. */
function clerk({ url, token }: Desk) {
  const tokens = new Map<string, Promise<string>>();
  return async (who: readonly string[], query: string, variables: object = {}): Promise<unknown> => {
    const held = tokens.get(who.join(' ')) ?? token(...who);
    tokens.set(who.join(' '), held);
    return ask(url, await held, query, variables);
  };
}
type Clerks = Readonly<Record<'here' | 'there', ReturnType<typeof clerk>>>;

const registrar = ['officer', 'registrar'];
const me = ({ here }: Clerks, id: string) => here(['resident', id], self);

async function newPerson({ here }: Clerks): Promise<string> {
  const attributes = { givenName: named('Amna-Canary'), dateOfBirth: '1984-02-29' };
  const registered = await here(registrar, register, { enrolment: newId(), attributes });
  return z.object({ id: z.string() }).parse(registered).id;
}

/** The other node reads the same ledger, a moment later. */
async function arrives({ there }: Clerks, id: string, proposal: string): Promise<void> {
  await eventually(async () =>
    expect(await there(registrar, waiting, { stream: `identity-${id}` })).toEqual({
      edges: [{ node: { id: proposal } }],
    }),
  );
}

async function correctsName(clerks: Clerks): Promise<void> {
  const { here, there } = clerks;
  const id = await newPerson(clerks);
  const { proposal } = Proposed.parse(await here(registrar, correct, { id, names: named('Amina-Canary') }));
  expect(await me(clerks, id)).toMatchObject({ attributes: { givenName: 'Amna-Canary' } });
  await arrives(clerks, id, proposal);
  expect(await there(registrar, compare, { id: proposal })).toEqual({
    values: { proposed: { givenName: 'Amina-Canary' }, present: { givenName: 'Amna-Canary' } },
  });
  const approved = await there(registrar, approve, { id: proposal, now: true });
  expect(approved).toEqual({ __typename: 'Approved', carriedOut: done });
  await eventually(async () =>
    expect(await me(clerks, id)).toMatchObject({ attributes: { givenName: 'Amina-Canary' } }),
  );
}

async function recordsDeath(clerks: Clerks): Promise<void> {
  const { here, there } = clerks;
  const id = await newPerson(clerks);
  const { proposal } = Proposed.parse(await here(registrar, die, { id }));
  expect(await here(registrar, carryOut, { id: proposal })).toEqual(refused('ERR_PROPOSAL_NOT_APPROVED'));
  expect(await here(registrar, approve, { id: proposal, now: true })).toEqual(refused('ERR_SAME_AGENCY'));
  await arrives(clerks, id, proposal);
  const wrongRole = await there(['officer', 'adjudicator'], approve, { id: proposal, now: true });
  expect(wrongRole).toEqual(refused('ERR_ROLE_MISSING'));
  const approved = await there(registrar, approve, { id: proposal, now: false });
  expect(approved).toEqual({ __typename: 'Approved', carriedOut: null });
  expect(await me(clerks, id)).toMatchObject({ status: 'active' });
  expect(await here(registrar, carryOut, { id: proposal })).toEqual(done);
  expect(await here(registrar, carryOut, { id: proposal })).toEqual(refused('ERR_PROPOSAL_SPENT'));
  expect(await me(clerks, id)).toMatchObject({ status: 'deceased' });
}

/** What could ruin a life is said at one agency's desk, agreed to at another's, and only then done. */
export function describeAgreement(open: () => Promise<Desks>): void {
  let desks: Desks | undefined;
  let clerks: Clerks | undefined;
  beforeAll(async () => {
    desks = await open();
    clerks = { here: clerk(desks.here), there: clerk(desks.there) };
  }, 900_000);
  afterAll(() => desks?.close(), 120_000);
  const both = (): Clerks => {
    if (clerks === undefined) throw new Error('no desk is open');
    return clerks;
  };

  it('correct a name once the second has compared and agreed', () => correctsName(both()), 240_000);
  it(
    'record a death that one states, the other confirms, and the first carries out',
    () => recordsDeath(both()),
    240_000,
  );
}
