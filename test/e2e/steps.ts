import { expect } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as z from 'zod';
import { newId, newNumber } from '#test/registry.ts';
import { ask } from './plinth.ts';
import {
  consent,
  difference,
  history,
  intact,
  myAccesses,
  myConsents,
  newestBlock,
  newestWithdrawal,
  question,
  register,
  withdraw,
} from './questions.ts';

/** Who travels, through which node. Each step leaves behind what the next one needs. */
export type Travel = {
  readonly url: string;
  readonly person: { id: string; number: string; consent: string };
  /** A token for `officer registrar`, `resident <id>`, `party clinic`… */
  readonly token: (...who: readonly string[]) => Promise<string>;
};

const givenName = 'Amina-Canary';
const refused = { __typename: 'Refused', code: 'NOT_AVAILABLE' };

const asClinic = async ({ url, token, person }: Travel, number = person.number) =>
  ask(url, await token('party', 'clinic', '--url', url), question, { number });
const asPerson = async ({ url, token, person }: Travel, query: string, variables: object = {}) =>
  ask(url, await token('resident', person.id), query, variables);

const Registered = z.object({ __typename: z.literal('Registered'), id: z.string(), number: z.string() });

export async function isRegistered({ url, token, person }: Travel): Promise<void> {
  const text = (value: string) => [{ language: 'eng', value }];
  const attributes = { givenName: text(givenName), surname: text('Haddad'), dateOfBirth: '1984-02-29' };
  const officer = await token('officer', 'registrar');
  const { id, number } = Registered.parse(await ask(url, officer, register, { enrolment: newId(), attributes }));
  Object.assign(person, { id, number });
}

export async function isUnavailable(travel: Travel): Promise<void> {
  expect(await asClinic(travel)).toEqual(refused);
  expect(await asClinic(travel, newNumber())).toEqual(refused);
}

const Receipt = z.object({ __typename: z.literal('Receipt'), id: z.string() });
const Released = z.object({
  __typename: z.literal('Released'),
  attributes: z.unknown(),
  withheld: z.array(z.object({ attribute: z.string(), reason: z.string() })),
  accessId: z.string(),
  signature: z.string(),
});

export async function consents(travel: Travel): Promise<void> {
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const { id } = Receipt.parse(await asPerson(travel, consent, { until }));
  Object.assign(travel.person, { consent: id });
  const released = Released.parse(await asClinic(travel));
  expect(released.attributes).toEqual({ givenName, surname: null, addressLine1: null });
  expect(released.withheld.map(({ attribute }) => attribute)).toEqual(['surname', 'addressLine1']);
  expect(JSON.stringify(decodeJwt(released.signature))).toContain(released.accessId);
  expect(JSON.stringify(await asPerson(travel, myAccesses))).toContain(released.accessId);
}

export async function withdraws(travel: Travel): Promise<void> {
  Receipt.parse(await asPerson(travel, withdraw, { id: travel.person.consent }));
  expect(await asClinic(travel)).toEqual(refused);
}

const Fact = z.object({ type: z.string(), hash: z.string(), previousHash: z.string().nullable() });
const Facts = z.object({ edges: z.array(z.object({ node: Fact })) });

export async function isAudited({ url, token, person }: Travel): Promise<void> {
  const auditor = await token('auditor');
  const streams = [
    { stream: `identity-${person.id}`, types: ['IdentityRegistered'] },
    { stream: `consent-${person.consent}`, types: ['ConsentGiven', 'ConsentWithdrawn'] },
  ];
  for (const { stream, types } of streams) {
    const answer = await ask(url, auditor, history, { stream });
    const facts = Facts.parse(answer).edges.map(({ node }) => node);
    expect(facts.map(({ type }) => type)).toEqual(types);
    expect(facts.map(({ previousHash }) => previousHash)).toEqual([
      null,
      ...facts.map(({ hash }) => hash).slice(0, -1),
    ]);
    expect(JSON.stringify(answer)).not.toContain(givenName);
    expect(await ask(url, auditor, intact, { stream })).toEqual({ intact: true, events: types.length });
  }
}

const Block = z.object({ block: z.number() });

/** The past can be asked for: the person sees the consent as it stood, the auditor what made it another. */
export async function isRemembered(travel: Travel): Promise<void> {
  const { url, token, person } = travel;
  const auditor = await token('auditor');
  const stream = `consent-${person.consent}`;
  const { block } = Block.parse(await ask(url, auditor, newestBlock, { stream }));
  const before = { block: block - 1 };
  const stands = (status: string) => ({
    attributes: { givenName },
    consents: { edges: [{ node: { id: person.consent, status } }] },
  });
  expect(await asPerson(travel, myConsents, { asOf: before })).toEqual(stands('given'));
  expect(await asPerson(travel, myConsents)).toEqual(stands('withdrawn'));
  expect(await ask(url, auditor, difference, { stream, from: before })).toEqual({
    changes: [{ path: 'status', before: 'given', after: 'withdrawn' }],
    facts: { edges: [{ node: { type: 'ConsentWithdrawn', agency: 'civil-registry' } }] },
  });
  expect(await ask(url, auditor, newestWithdrawal)).toEqual({ edges: [{ node: { stream } }] });
}
