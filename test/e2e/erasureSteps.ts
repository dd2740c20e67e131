import { expect } from '@jest/globals';
import { sealedKeyOf } from '#ledger/blocks/ledgerEvents.ts';
import { countMissing } from '#projections/ingest/heal.ts';
import { findOwedConsents } from '#projections/erasure/owedErasures.ts';
import { openAttributes } from '#projections/keys/opening.ts';
import { eventually } from '#test/eventually.ts';
import type { GatewayNode } from '#test/gatewayNode.ts';
import { newId } from '#test/registry.ts';
import { openOtherNodes, type LowerNode } from './otherNodes.ts';
import { spawnPlinth, type Place } from './plinth.ts';

/** Somebody who is in the registry, with values of two classes and a consent to the clinic. */
export type Person = {
  readonly id: string;
  readonly number: string;
  readonly enrolment: string;
  readonly consent: string;
};

/** A registry with a node at each agency, somebody to forget, and somebody else. */
export type Scene = {
  readonly gateway: GatewayNode;
  /** How the command line finds the same registry. */
  readonly place: Place;
  readonly nodes: readonly LowerNode[];
  readonly person: Person;
  readonly neighbour: Person;
};

const streamOf = ({ id }: Person) => `identity-${id}`;

export async function isKnown({ gateway, place, nodes, person }: Scene): Promise<void> {
  expect(await askClinic(gateway, person)).toMatchObject({ __typename: 'Released' });
  expect(await authenticated(gateway, person)).toBe(true);
  for (const node of nodes) {
    await eventually(async () => expect(await valuesAt(node, person)).toContain('1984-02-29'));
    for (const at of places) await eventually(async () => expect(await entryAt(node, person, at)).toBeDefined());
  }
  expect(await audit(place, person)).toMatchObject({ exitCode: 1, output: expect.stringContaining('NOT ERASED') });
}

export async function isForgotten({ gateway, nodes, person }: Scene): Promise<void> {
  await erase(gateway, person.id);
  const tip = (await nodes[0]?.ledger.tip()) ?? 0;
  for (const { ingest } of nodes) await ingest.reached(tip - 1);
}

export async function isNobodyToParties({ gateway, person, neighbour }: Scene): Promise<void> {
  expect(await askClinic(gateway, person)).toEqual({ __typename: 'Refused', code: 'NOT_AVAILABLE' });
  expect(await authenticated(gateway, person)).toBe(false);
  expect(await askClinic(gateway, neighbour)).toMatchObject({ __typename: 'Released' });
  expect(await authenticated(gateway, neighbour)).toBe(true);
}

export async function isNobodyToHerself({ gateway, nodes, person }: Scene): Promise<void> {
  const token = await gateway.resident(person.id);
  const mine = '{ me { status attributes { givenName dateOfBirth } accesses { edges { node { party } } } } }';
  expect((await gateway.ask(token, mine)).data['me']).toEqual({
    ...{ status: 'erased', attributes: { givenName: null, dateOfBirth: null } },
    accesses: { edges: [] },
  });
  const height = (await nodes[0]?.ledger.tip()) ?? 0;
  for (let block = 1; block < height; block += 1) {
    const past = `{ me(asOf: { block: ${block} }) { status attributes { givenName dateOfBirth } } }`;
    const answer = await gateway.ask(token, past);
    expect(answer.codes).toEqual([]);
    expect(JSON.stringify(answer)).not.toMatch(/1984-02-29|Zoë/);
  }
}

export async function isNowhere({ nodes, person, neighbour }: Scene): Promise<void> {
  for (const node of nodes) {
    for (const at of places) await eventually(async () => expect(await entryAt(node, person, at)).toBeUndefined());
    expect(await valuesAt(node, person)).toEqual([]);
    expect(await keysAt(node, person)).toBe(0);
    expect(await keysAt(node, neighbour)).toBe(2);
    expect(await valuesAt(node, neighbour)).toContain('1984-02-29');
  }
}

/** Nodes that begin with an empty database read everything from block 0 on, the facts from before the erasure too. */
export async function isUnknownToLateNodes({ gateway, person, neighbour }: Scene): Promise<void> {
  await using late = await openOtherNodes(gateway.settings, gateway.node.registry);
  for (const node of late.nodes) {
    await node.ingest.reached((await node.ledger.tip()) - 1);
    expect(await valuesAt(node, person)).toEqual([]);
    expect(await keysAt(node, person)).toBe(0);
    await eventually(async () => expect(await valuesAt(node, neighbour)).toContain('1984-02-29'));
    expect(await countMissing(node.database)).toBe(0);
  }
}

export async function leavesATombstone({ gateway, person }: Scene): Promise<void> {
  const { auditor } = gateway.tokens;
  const facts = `{ history(stream: "${streamOf(person)}", first: 10) { edges { node { type } } } }`;
  const { data } = await gateway.ask(auditor, facts);
  expect(JSON.stringify(data)).toMatch(/IdentityRegistered.*AttributesRecorded.*IdentityErased/);
  const whole = await gateway.ask(auditor, `{ streamIntact(stream: "${streamOf(person)}") { intact events } }`);
  expect(whole.data['streamIntact']).toEqual({ intact: true, events: 3 });
}

export async function keepsWhatWasClaimed({ gateway, person }: Scene): Promise<void> {
  expect(await register(gateway, person.enrolment)).toMatchObject({ code: 'ERR_NOT_UNIQUE' });
}

export async function owesConsents({ nodes, person }: Scene): Promise<void> {
  for (const { database, keystore } of nodes)
    await eventually(async () => expect(await findOwedConsents(database, keystore, person.id)).toHaveLength(1));
}

export async function isSearchedFor({ place, person }: Scene): Promise<void> {
  const { exitCode, output } = await audit(place, person);
  expect(output).toContain('purged          2 of 2 private entries');
  expect(output).toMatch(/remains {9}sealed values\n +\S+\.log\n/); // the files of the private store, so soon after
  expect(output).toMatch(/the key of epoch 1, in force when values were sealed\n\s+at election-office/);
  expect(output).toMatch(/1 rows under the person's index/);
  expect(output).toContain('logically erased');
  expect(exitCode).toBe(3);
}

type Sealed = { readonly version: number; readonly class: string };
const places: readonly Sealed[] = [
  { version: 1, class: 'identification' },
  { version: 2, class: 'contact' },
];

function entryAt({ ledger }: LowerNode, person: Person, { version, class: name }: Sealed) {
  return ledger.privateEntry(name, sealedKeyOf({ stream: streamOf(person), version }));
}

async function valuesAt({ database, keystore }: LowerNode, { id }: Person): Promise<readonly unknown[]> {
  return [...(await openAttributes(database, keystore, id)).values()].map(({ value }) => value);
}

async function keysAt({ database }: LowerNode, person: Person): Promise<number> {
  const query = 'select 1 from keystore.content_keys where stream = $1';
  const { rows } = await database.pool.query(query, [streamOf(person)]);
  return rows.length;
}

async function register(gateway: GatewayNode, enrolment: string) {
  const text = `mutation ($enrolment: String!) { registerIdentity(enrolmentId: $enrolment, attributes: {
    givenName: [{ language: eng, value: "Zoë" }], dateOfBirth: "1984-02-29" }) {
    ... on Registered { id number } ... on Refused { code } } }`;
  const { data } = await gateway.ask(await gateway.officer('registrar'), text, { enrolment });
  return data['registerIdentity'] as { id: string; number: string }; // a refusal has neither, and shows in what comes next
}

export async function newPerson(gateway: GatewayNode): Promise<Person> {
  const enrolment = newId();
  const { id, number } = await register(gateway, enrolment);
  const contact = `mutation { recordAttributes(id: "${id}", attributes: { contact: { postcode: "4017" } }) { __typename } }`;
  const recorded = await gateway.ask(await gateway.officer('registrar'), contact);
  expect(recorded.data['recordAttributes']).toEqual({ __typename: 'Receipt' });
  return { id, number, enrolment, consent: await consent(gateway, id) };
}

/** Says yes to the clinic in a person's name; answers the consent's id. */
export async function consent(gateway: GatewayNode, identity: string): Promise<string> {
  const text = `mutation ($until: Instant!) { giveConsent(party: "clinic", purpose: ServiceProvision, validUntil: $until,
    claims: [{ attribute: givenName, accepted: true }]) { __typename ... on Receipt { id } } }`;
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const { data } = await gateway.ask(await gateway.resident(identity), text, { until });
  expect(data['giveConsent']).toMatchObject({ __typename: 'Receipt' });
  return (data['giveConsent'] as { id: string }).id; // a Receipt has one
}

/** What the clinic asks about a person. */
export const question = `query ($number: String!) { identity(by: { number: $number }, purpose: ServiceProvision,
  claims: [{ attribute: givenName }]) { __typename ... on Released { attributes { givenName } } ... on Refused { code } } }`;

export async function askClinic({ ask, tokens }: GatewayNode, { number }: Person): Promise<unknown> {
  return (await ask(tokens.clinic, question, { number })).data['identity'];
}

async function authenticated({ ask, tokens }: GatewayNode, { number }: Person): Promise<unknown> {
  const text = `mutation ($number: String!) { authenticate(by: { number: $number }, transaction: "visit",
    demographics: [{ attribute: dateOfBirth, value: "1984-02-29" }]) { ... on Authentication { authenticated } } }`;
  const { data } = await ask(tokens.clinic, text, { number });
  return (data['authenticate'] as { authenticated: boolean }).authenticated; // one answer for everybody
}

/** An adjudicator proposes it, one of another agency agrees. */
export async function erase(gateway: GatewayNode, id: string): Promise<void> {
  const propose = `mutation { eraseIdentity(id: "${id}", reason: REQUEST_OF_PERSON) {
    __typename ... on Proposed { proposal } ... on Refused { code } } }`;
  const { data } = await gateway.ask(await gateway.officer('adjudicator'), propose);
  const { proposal } = data['eraseIdentity'] as { proposal: string }; // undefined when it was refused
  const approve = `mutation { approveProposal(id: "${proposal}") {
    __typename ... on Approved { carriedOut { __typename ... on Refused { code } } } ... on Refused { code } } }`;
  const agreed = await gateway.ask(await gateway.officer('adjudicator', 'election-office'), approve);
  expect(agreed.data['approveProposal']).toEqual({ __typename: 'Approved', carriedOut: { __typename: 'Receipt' } });
}

/** What the auditor's tool says about a person. */
export async function audit(place: Place, { id }: Person, ...options: readonly string[]) {
  const args = ['audit', 'erased', id, ...place.options, ...options];
  const { child, output, ended } = spawnPlinth(place, args);
  await ended;
  return { exitCode: child.exitCode, output: output() };
}
