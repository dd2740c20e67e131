import { expect } from '@jest/globals';
import * as z from 'zod';
import { eventually } from '#test/eventually.ts';
import { openReceiver } from '#test/webhookReceiver.ts';
import type { Planted } from './canaries.ts';
import { ask } from './plinth.ts';

/** Where people live, and with what. */
export type Living = {
  readonly url: string;
  readonly planted: Planted;
  readonly token: (...who: readonly string[]) => Promise<string>;
};

/** What the registry made of it: the person's id and number, the terms of her consent, and what a party's webhook was sent. */
export type Lived = {
  readonly id: string;
  readonly number: string;
  readonly told: readonly object[];
  readonly terms: { readonly party: string; readonly claims: object };
};

const register = `mutation ($enrolment: String!, $attributes: IdentificationInput!) {
  registerIdentity(enrolmentId: $enrolment, attributes: $attributes) {
    __typename ... on Registered { id number } ... on Refused { code }
  }
}`;
const record = `mutation ($id: ID!, $attributes: AttributesInput!) {
  recordAttributes(id: $id, attributes: $attributes) { __typename ... on Refused { code } }
}`;
const correct = `mutation ($id: ID!, $attributes: AttributesInput!) {
  correctAttributes(id: $id, attributes: $attributes, reason: CLERICAL_ERROR) { __typename ... on Refused { code } }
}`;
const consent = `mutation ($until: Instant!, $claims: [ConsentClaimInput!]!) {
  giveConsent(party: "clinic", purpose: ServiceProvision, validUntil: $until, claims: $claims) {
    __typename ... on Refused { code }
  }
}`;
const subscribe = `mutation ($url: String!) {
  registerWebhook(url: $url) { __typename ... on Webhook { id } ... on Refused { code } }
}`;
const confirm = `mutation ($id: ID!, $token: String!) {
  confirmWebhook(id: $id, token: $token) { __typename ... on Refused { code } }
}`;
const question = `query ($number: String!) {
  identity(by: { number: $number }, purpose: ServiceProvision, claims: [{ attribute: givenName } { attribute: dateOfBirth }]) {
    __typename ... on Released { attributes { givenName dateOfBirth } } ... on Refused { code }
  }
}`;
const guess = `mutation ($number: String!, $demographics: [DemographicInput!]!) {
  authenticate(by: { number: $number }, demographics: $demographics, transaction: "t-1") { __typename }
}`;

const Registered = z.object({ __typename: z.literal('Registered'), id: z.string(), number: z.string() });
const claims = [
  { attribute: 'dateOfBirth', essential: false, accepted: true },
  { attribute: 'givenName', essential: true, accepted: true },
  { attribute: 'postcode', essential: false, accepted: false },
];

/** Everything that people do with private values: also what is refused, guessed, wrong, and asked in vain. */
export async function liveThrough({ url, planted, token }: Living): Promise<Lived> {
  const { identification, contact, biometricReference, welfare, corrected, enrolmentId } = planted;
  const officer = await token('officer', 'registrar');
  const asOfficer = (query: string, variables: object) => ask(url, officer, query, variables);
  const { id, number } = Registered.parse(
    await asOfficer(register, { enrolment: enrolmentId, attributes: identification }),
  );
  for (const attributes of [{ contact }, { biometricReference }])
    expect(await asOfficer(record, { id, attributes })).toMatchObject({ __typename: 'Receipt' });
  expect(await asOfficer(record, { id, attributes: { welfare } })).toMatchObject({ code: 'ERR_CLASS_UNKNOWN' });
  expect(await asOfficer(correct, { id, attributes: { identification: corrected } })).toMatchObject({
    __typename: 'Proposed',
  });
  await isMistaken({ url, planted, token }, asOfficer);

  const person = await token('resident', id);
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const clinic = await token('party', 'clinic', '--url', url);
  const told = await toldOf({ url, clinic }, async () => {
    expect(await ask(url, person, consent, { until, claims })).toMatchObject({ __typename: 'Receipt' });
  });
  const { dateOfBirth } = identification;
  expect(await ask(url, clinic, question, { number })).toMatchObject({ attributes: { dateOfBirth } });
  const demographics = Object.entries(planted.guess).map(([attribute, value]) => ({ attribute, value }));
  await ask(url, clinic, guess, { number, demographics });
  return { id, number, told, terms: { party: 'clinic', claims } };
}

type Subscribing = { readonly url: string; readonly clinic: string };

/** What the clinic's webhook is sent, its confirmation among it, until it has heard of a consent that comes meanwhile. */
async function toldOf({ url, clinic }: Subscribing, consents: () => Promise<void>): Promise<readonly object[]> {
  const receiver = await openReceiver();
  try {
    const { id } = (await ask(url, clinic, subscribe, { url: receiver.url })) as { id?: string }; // without one it is not confirmed
    const token = receiver.received[0]?.detail['token'];
    expect(await ask(url, clinic, confirm, { id, token })).toMatchObject({ __typename: 'Webhook' });
    await consents();
    await eventually(() => expect(receiver.received.map(({ type }) => type)).toContain('consent.given'), 60_000);
    return [...receiver.received];
  } finally {
    await receiver.close();
  }
}

/** What cannot be done must leave no more behind than what can. */
async function isMistaken(
  { url, planted: { wrong, identification, contact } }: Living,
  asOfficer: (query: string, variables: object) => Promise<unknown>,
): Promise<void> {
  const { enrolmentId, dateOfBirth, email } = wrong;
  const attributes = { ...identification, dateOfBirth };
  expect(await asOfficer(register, { enrolment: enrolmentId, attributes })).toMatchObject({ __typename: 'Refused' });
  const other = Registered.parse(await asOfficer(register, { enrolment: enrolmentId, attributes: {} }));
  const taken = { contact: { email: contact.email } };
  expect(await asOfficer(record, { id: other.id, attributes: taken })).toMatchObject({ code: 'ERR_NOT_UNIQUE' });
  // Of another shape than the schema says, with no token, and no JSON at all.
  await expect(asOfficer(record, { id: other.id, attributes: { contact: { email: [email] } } })).rejects.toThrow(
    'status',
  );
  await expect(ask(url, email, register, { enrolment: enrolmentId, attributes })).rejects.toThrow('status');
  const body = `{"query": "${email}`;
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  expect(answer.status).toBeGreaterThanOrEqual(400);
}
