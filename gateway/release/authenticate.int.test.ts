import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { drawNumber } from '#domain/identity/drawNumber.ts';
import { openGatewayNode, type GatewayNode } from '#test/gatewayNode.ts';
import { randomDigits } from '../randomId.ts';

let gateway: GatewayNode;
beforeAll(async () => {
  gateway = await openGatewayNode();
});
afterAll(() => gateway.close());

type Person = { readonly id: string; readonly number: string };
async function newPerson(): Promise<Person> {
  const register = `mutation ($enrolment: String!) { registerIdentity(enrolmentId: $enrolment, attributes: {
    givenName: [{language: eng, value: "Zoë"}], surname: [{language: eng, value: "Groß"}], dateOfBirth: "1984-02-29" }) {
    ... on Registered { id number } } }`;
  const registrar = await gateway.officer('registrar');
  const { data } = await gateway.ask(registrar, register, { enrolment: crypto.randomUUID() });
  return data['registerIdentity'] as Person; // the fields of the query
}

const born = (value: string) => ({ attribute: 'dateOfBirth', value });
async function authenticate(number: string, demographics: readonly object[], token = gateway.tokens.clinic) {
  const text = `mutation ($number: String!, $demographics: [DemographicInput!]!) {
    authenticate(by: {number: $number}, transaction: "visit-7", demographics: $demographics) {
      ... on Authentication { authenticated token transaction accessId signature } ... on Refused { code } } }`;
  const { data, codes } = await gateway.ask(token, text, { number, demographics });
  expect(codes).toEqual([]);
  return data['authenticate'] as Record<string, unknown>; // never null in the schema
}
const nobody = () => drawNumber(gateway.node.registry.country.number, randomDigits);

describe('what a party says about a person', () => {
  it('is answered with yes when it is true, bound to the transaction and the party', async () => {
    const { number } = await newPerson();
    const said = [
      { attribute: 'givenName', value: ' ZOË ' },
      { attribute: 'surname', value: 'gross' },
      born('1984-02-29'),
    ];
    const answer = await authenticate(number, said);
    expect(answer).toMatchObject({ authenticated: true, transaction: 'visit-7' });
    expect(decodeJwt(String(answer['signature']))).toMatchObject({
      aud: 'clinic',
      jti: answer['accessId'],
      transaction: 'visit-7',
      answer: { authenticated: true, token: answer['token'] },
    });
  });

  it('is answered with no, without a token, when a part of it is wrong', async () => {
    const { number } = await newPerson();
    const said = [{ attribute: 'givenName', value: 'Zoë' }, born('1990-01-01')];
    expect(await authenticate(number, said)).toMatchObject({ authenticated: false, token: null });
  });

  it('is answered alike for people who do not exist', async () => {
    const { number } = await newPerson();
    const [wrong, absent] = [
      await authenticate(number, [born('1990-01-01')]),
      await authenticate(nobody(), [born('1990-01-01')]),
    ];
    const shape = (answer: Record<string, unknown>) => ({ ...answer, accessId: '', signature: '' });
    expect(shape(absent)).toEqual(shape(wrong));
    expect(String(absent['signature']).length).toBe(String(wrong['signature']).length);
  });

  it('gives each party a name of its own for the person, the same each time', async () => {
    const { number } = await newPerson();
    const token = async (party: string) => (await authenticate(number, [born('1984-02-29')], party))['token'];
    const { clinic, bank } = gateway.tokens;
    expect(await token(clinic)).toBe(await token(clinic));
    expect(await token(clinic)).not.toBe(await token(bank));
  });

  it('is not compared where the policy does not let the party ask', async () => {
    const { number } = await newPerson();
    const postcode = [{ attribute: 'postcode', value: '4017' }];
    expect(await authenticate(number, postcode)).toEqual({ code: 'ERR_NOT_MATCHABLE' });
    expect(await authenticate(number, [])).toEqual({ code: 'ERR_MALFORMED' });
  });

  it('stands in the log of the person, whatever came of it', async () => {
    const { id, number } = await newPerson();
    await authenticate(number, [born('1990-01-01')]);
    await authenticate(number, [born('1984-02-29')]);
    const text = '{ me { accesses { edges { node { decision kind requested } } } } }';
    const { data } = await gateway.ask(await gateway.resident(id), text);
    const attempt = { kind: 'authenticate', requested: ['dateOfBirth'] };
    expect(data).toMatchObject({
      me: {
        accesses: {
          edges: [{ node: { ...attempt, decision: 'MATCHED' } }, { node: { ...attempt, decision: 'NOT_MATCHED' } }],
        },
      },
    });
  });
});

describe('a party that guesses', () => {
  it.each(['somebody', 'nobody'])(
    'is stopped after ten failures at %s, even when it then says what is true',
    async (who) => {
      const number = who === 'somebody' ? (await newPerson()).number : nobody();
      await Promise.all(
        Array.from({ length: 10 }, (_, year) => authenticate(number, [born(`19${String(50 + year)}-01-01`)])),
      );
      expect(await authenticate(number, [born('1984-02-29')])).toEqual({ code: 'ERR_TOO_MANY_ATTEMPTS' });
    },
  );
});
