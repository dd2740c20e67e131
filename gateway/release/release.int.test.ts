import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { drawNumber } from '#domain/identity/drawNumber.ts';
import { eventually } from '#test/eventually.ts';
import { openGatewayNode, type GatewayNode } from '#test/gatewayNode.ts';
import { randomDigits } from '../randomId.ts';

let gateway: GatewayNode;
beforeAll(async () => {
  gateway = await openGatewayNode();
});
afterAll(() => gateway.close());

const register = `mutation ($enrolment: String!, $attributes: IdentificationInput!) {
  registerIdentity(enrolmentId: $enrolment, attributes: $attributes) {
    __typename ... on Registered { id number } ... on Refused { code reason } } }`;
const give = `mutation ($party: ID!, $purpose: Purpose!, $claims: [ConsentClaimInput!]!, $until: Instant!) {
  giveConsent(party: $party, purpose: $purpose, claims: $claims, validUntil: $until) {
    __typename ... on Receipt { id } ... on Refused { code reason } } }`;
const withdraw = 'mutation ($id: ID!) { withdrawConsent(id: $id) { __typename ... on Refused { code } } }';
const question = `query ($number: String!, $claims: [ClaimInput!]!, $purpose: Purpose! = ServiceProvision) {
  identity(by: { number: $number }, purpose: $purpose, claims: $claims, transaction: "t-1") {
    __typename
    ... on Released { attributes { givenName surname dateOfBirth } withheld { attribute reason } accessId signature }
    ... on Refused { code reason } } }`;
const accesses = '{ me { accesses { edges { node { accessId party decision requested released } } } } }';

type Person = { readonly id: string; readonly number: string; readonly token: string };

async function newPerson(attributes: object = {}): Promise<Person> {
  const { data } = await gateway.ask(await gateway.officer('registrar'), register, {
    enrolment: crypto.randomUUID(),
    attributes: {
      givenName: [
        { language: 'eng', value: 'Zoë' },
        { language: 'ara', value: 'زوي' },
      ],
      surname: [{ language: 'eng', value: 'Groß' }],
      dateOfBirth: '1984-02-29',
      ...attributes,
    },
  });
  const { id, number } = data['registerIdentity'] as { id: string; number: string }; // of the query above
  return { id, number, token: await gateway.resident(id) };
}

const yes = (attribute: string) => ({ attribute, accepted: true });
async function consent(person: Person, claims: readonly object[], more: object = {}): Promise<string> {
  const { data } = await gateway.ask(person.token, give, {
    party: 'clinic',
    purpose: 'ServiceProvision',
    claims,
    until: new Date(Date.now() + 3_600_000).toISOString(),
    ...more,
  });
  expect(data['giveConsent']).toMatchObject({ __typename: 'Receipt' });
  return (data['giveConsent'] as { id: string }).id; // a Receipt has one
}

async function askFor(number: string, claims: readonly object[], token = gateway.tokens.clinic, more: object = {}) {
  const { data, codes } = await gateway.ask(token, question, { number, claims, ...more });
  expect(codes).toEqual([]);
  return data['identity'] as Record<string, unknown>; // never null in the schema
}
const name = [{ attribute: 'givenName' }];
const consents = '{ me { consents { edges { node { id status } } } } }';
const unavailable = { __typename: 'Refused', code: 'NOT_AVAILABLE' };

describe('a consent whose period is over', () => {
  it('releases nothing from that moment on, and is said on the ledger to have expired', async () => {
    const person = await newPerson();
    const until = new Date(Date.now() + 4000).toISOString();
    const id = await consent(person, [yes('givenName')], { until });
    expect(await askFor(person.number, name)).toMatchObject({ __typename: 'Released' });
    await eventually(() => expect(new Date().toISOString() > until).toBe(true));
    expect(await askFor(person.number, name)).toMatchObject(unavailable);
    await eventually(async () => {
      const { data } = await gateway.ask(person.token, consents);
      expect(data).toMatchObject({ me: { consents: { edges: [{ node: { id, status: 'expired' } }] } } });
    });
    expect(await gateway.ask(person.token, withdraw, { id })).toMatchObject({ codes: [] });
  });
});

describe('a person with a live consent', () => {
  it('is known to the party by what she accepted, and the rest is named with its reason', async () => {
    const person = await newPerson({ surname: undefined });
    await consent(person, [yes('givenName'), yes('surname'), { attribute: 'dateOfBirth', accepted: false }]);
    const answer = await askFor(person.number, [
      { attribute: 'givenName' },
      { attribute: 'surname' },
      { attribute: 'dateOfBirth' },
      { attribute: 'suburb' },
      { attribute: 'state' },
    ]);
    expect(answer).toMatchObject({
      __typename: 'Released',
      attributes: { givenName: 'Zoë', surname: null, dateOfBirth: null },
      withheld: [
        { attribute: 'surname', reason: 'NOT_HELD' },
        { attribute: 'dateOfBirth', reason: 'REFUSED' },
        { attribute: 'suburb', reason: 'NOT_IN_CONSENT' },
        { attribute: 'state', reason: 'NOT_IN_POLICY' },
      ],
    });
  });

  it('gets an answer signed that the party can check, and the record it names stands in her log', async () => {
    const person = await newPerson();
    await consent(person, [yes('givenName')]);
    const { signature, accessId } = await askFor(person.number, name);
    const published = (await (await fetch(`${gateway.url}/.well-known/jwks.json`)).json()) as { keys: [] };
    const { payload } = await jwtVerify(String(signature), createLocalJWKSet(published), { audience: 'clinic' });
    expect(payload).toMatchObject({ jti: accessId, transaction: 't-1', purpose: 'ServiceProvision' });
    expect(payload['answer']).toMatchObject({ attributes: { givenName: [{ value: 'Zoë' }, { language: 'ara' }] } });
    expect(JSON.stringify(payload)).not.toContain(person.id);
    const { data } = await gateway.ask(person.token, accesses);
    expect(data).toMatchObject({
      me: {
        accesses: { edges: [{ node: { accessId, party: 'clinic', decision: 'RELEASED', released: ['givenName'] } }] },
      },
    });
  });

  it('is refused as a whole when an essential attribute is', async () => {
    const person = await newPerson();
    await consent(person, [yes('givenName'), { attribute: 'surname', accepted: false }]);
    const answer = await askFor(person.number, [{ attribute: 'givenName' }, { attribute: 'surname', essential: true }]);
    expect(answer).toMatchObject({ __typename: 'Refused', code: 'ESSENTIAL_WITHHELD' });
  });

  it('is not available to another party, nor for another purpose', async () => {
    const person = await newPerson();
    await consent(person, [yes('givenName')]);
    expect(await askFor(person.number, name, gateway.tokens.bank)).toMatchObject(unavailable);
    const purpose = 'IdentityVerification';
    expect(await askFor(person.number, name, gateway.tokens.clinic, { purpose })).toMatchObject(unavailable);
  });

  it('is not available from the query after the withdrawal on', async () => {
    const person = await newPerson();
    const id = await consent(person, [yes('givenName')]);
    for (let round = 0; round < 3; round += 1) expect(await askFor(person.number, name)).toHaveProperty('accessId');
    await gateway.ask(person.token, withdraw, { id });
    expect(await askFor(person.number, name)).toMatchObject(unavailable);
  });

  it('is not available while suspended, and is again afterwards', async () => {
    const person = await newPerson();
    await consent(person, [yes('givenName')]);
    const registrar = await gateway.officer('registrar');
    await gateway.ask(
      registrar,
      `mutation { suspendIdentity(id: "${person.id}", reason: COURT_ORDER) { __typename } }`,
    );
    expect(await askFor(person.number, name)).toMatchObject(unavailable);
    await gateway.ask(
      registrar,
      `mutation { reinstateIdentity(id: "${person.id}", reason: REVIEW_CLOSED) { __typename } }`,
    );
    expect(await askFor(person.number, name)).toMatchObject({ __typename: 'Released' });
  });
});

describe('without a live consent', () => {
  it('there is one answer, whether the person is absent, suspended, was never asked, or has withdrawn', async () => {
    const [asked, withdrawn, suspended] = [await newPerson(), await newPerson(), await newPerson()];
    const id = await consent(withdrawn, [yes('givenName')]);
    await gateway.ask(withdrawn.token, withdraw, { id });
    await consent(suspended, [yes('givenName')]);
    const suspend = `mutation { suspendIdentity(id: "${suspended.id}", reason: COURT_ORDER) { __typename } }`;
    await gateway.ask(await gateway.officer('registrar'), suspend);
    const numbers = [absentNumber(), asked.number, withdrawn.number, suspended.number];
    const answers = await Promise.all(numbers.map(async (number) => JSON.stringify(await askFor(number, name))));
    expect(new Set(answers).size).toBe(1);
  });

  it('the refused look is in the log of the person', async () => {
    const person = await newPerson();
    await askFor(person.number, name);
    const { data } = await gateway.ask(person.token, accesses);
    expect(data).toMatchObject({
      me: { accesses: { edges: [{ node: { decision: 'NOT_AVAILABLE', requested: ['givenName'], released: [] } }] } },
    });
  });

  it('a person cannot withdraw the consent of another', async () => {
    const [one, other] = [await newPerson(), await newPerson()];
    const id = await consent(one, [yes('givenName')]);
    const { data } = await gateway.ask(other.token, withdraw, { id });
    expect(data['withdrawConsent']).toEqual({ __typename: 'Refused', code: 'ERR_NOT_FOUND' });
    expect(await askFor(one.number, name)).toHaveProperty('accessId');
  });
});

/** A number that could be anybody's and is nobody's. */
function absentNumber(): string {
  return drawNumber(gateway.node.registry.country.number, randomDigits);
}
