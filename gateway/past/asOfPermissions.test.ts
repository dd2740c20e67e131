import { describe, expect, it } from '@jest/globals';
import { execute, getNamedType, GraphQLError, isObjectType, parse } from 'graphql';
import { loadCountry } from '#country/loadCountry.ts';
import type { Caller } from '../caller.ts';
import { RequestError } from '../http/requestError.ts';
import { createSchema } from '../schema/schema.ts';

// Who may ask for the past, and of what: every field of the schema that takes a point.
const allowed: Readonly<Record<string, Caller['kind']>> = {
  'Query.me': 'resident',
  'Resident.difference': 'resident',
  'Query.identityDetails': 'officer',
  'Query.history': 'auditor',
  'Query.stream': 'auditor',
  'Query.streams': 'auditor',
  'Query.relyingParty': 'auditor',
  'Query.relyingParties': 'auditor',
  'Query.sharingPolicy': 'auditor',
  'Query.sharingPolicies': 'auditor',
  'Query.identitySchema': 'auditor',
  'Query.agencies': 'auditor',
  'Query.point': 'auditor',
  'Query.streamDifference': 'auditor',
  'Query.registryDifference': 'auditor',
};

const schema = createSchema(await loadCountry('demo'));
const withPoint = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type: type.name, field })))
  .filter(({ field }) => field.args.some((arg) => getNamedType(arg.type).name === 'AsOfInput'))
  .map(({ type, field }) => `${type}.${field.name}`);

// A gateway's parts are not even there: whoever gets as far as looking for the point fails otherwise than by being turned away.
async function codeFor(text: string, caller: Pick<Caller, 'kind'> | undefined): Promise<string> {
  const { errors } = await execute({ schema, document: parse(text), contextValue: { caller } });
  const cause = errors?.[0] instanceof GraphQLError ? errors[0].originalError : undefined;
  return cause instanceof RequestError ? cause.code : 'let in';
}

const asOf = 'asOf: {block: 1}';
const questions: readonly (readonly [string, string])[] = [
  ['Query.me', `{ me(${asOf}) { status } }`],
  ['Query.identityDetails', `{ identityDetails(id: "x", ${asOf}) { __typename } }`],
  ['Query.history', `{ history(stream: "identity-x", ${asOf}) { __typename } }`],
  ['Query.stream', `{ stream(stream: "identity-x", ${asOf}) { version } }`],
  ['Query.streams', `{ streams(noun: identity, ${asOf}) { __typename } }`],
  ['Query.relyingParty', `{ relyingParty(id: "x", ${asOf}) { status } }`],
  ['Query.relyingParties', `{ relyingParties(${asOf}) { __typename } }`],
  ['Query.sharingPolicy', `{ sharingPolicy(id: "x", ${asOf}) { status } }`],
  ['Query.sharingPolicies', `{ sharingPolicies(${asOf}) { __typename } }`],
  ['Query.identitySchema', `{ identitySchema(${asOf}) { version } }`],
  ['Query.agencies', `{ agencies(${asOf}) { __typename } }`],
  ['Query.point', `{ point(${asOf}) { block } }`],
  ['Query.streamDifference', '{ streamDifference(stream: "identity-x", from: {block: 1}) { __typename } }'],
  ['Query.registryDifference', '{ registryDifference(from: {block: 1}) { __typename } }'],
];

describe('the past', () => {
  it('can be asked for where this page says, and nowhere else', () => {
    expect(withPoint.sort()).toEqual(Object.keys(allowed).sort());
    expect([...questions.map(([field]) => field), 'Resident.difference'].sort()).toEqual(Object.keys(allowed).sort());
  });

  it('is no matter of services: a consent counts now', () => {
    expect(Object.values(allowed)).not.toContain('service');
  });
});

describe.each(questions)('%s as of a point', (field, text) => {
  it('is refused to whoever has no token', async () => {
    expect(await codeFor(text, undefined)).toBe('ERR_UNAUTHENTICATED');
  });

  it.each(['service', 'resident', 'officer', 'auditor'] as const)(
    'is answered as it should be for a %s',
    async (kind) => {
      expect(await codeFor(text, { kind })).toBe(kind === allowed[field] ? 'let in' : 'ERR_FORBIDDEN');
    },
  );
});
