import { describe, expect, it } from '@jest/globals';
import {
  execute,
  GraphQLError,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  isScalarType,
  parse,
  subscribe,
  type GraphQLField,
  type GraphQLInputType,
} from 'graphql';
import { loadCountry } from '#country/loadCountry.ts';
import type { Caller } from './caller.ts';
import { RequestError } from './http/requestError.ts';
import { createSchema } from './schema/schema.ts';

// Who may ask for what: every field of the three root types, and exactly one kind of caller for each; where two are named, both.
const allowed: Readonly<Record<string, Caller['kind'] | readonly Caller['kind'][]>> = {
  identity: 'service',
  authenticate: 'service',
  me: 'resident',
  webhooks: ['service', 'officer'],
  registerWebhook: ['service', 'officer'],
  confirmWebhook: ['service', 'officer'],
  removeWebhook: ['service', 'officer'],
  resendNotices: ['service', 'officer'],
  whoLooked: 'resident',
  giveConsent: 'resident',
  withdrawConsent: 'resident',
  registerIdentity: 'officer',
  recordAttributes: 'officer',
  correctAttributes: 'officer',
  suspendIdentity: 'officer',
  reinstateIdentity: 'officer',
  deactivateIdentity: 'officer',
  recordDeath: 'officer',
  mergeIdentity: 'officer',
  splitIdentity: 'officer',
  eraseIdentity: 'officer',
  bindPersonKey: 'officer',
  recoverPersonKey: 'officer',
  approveProposal: 'officer',
  rejectProposal: 'officer',
  withdrawProposal: 'officer',
  carryOutProposal: 'officer',
  proposal: ['officer', 'auditor'],
  proposals: ['officer', 'auditor'],
  registerRelyingParty: 'officer',
  approveRelyingParty: 'officer',
  suspendRelyingParty: 'officer',
  assignSharingPolicy: 'officer',
  publishSharingPolicy: 'officer',
  retireSharingPolicy: 'officer',
  publishIdentitySchema: 'officer',
  addOfficer: 'officer',
  removeOfficer: 'officer',
  rotateTransportKey: 'officer',
  rotateLogKey: 'officer',
  admitAgency: 'officer',
  removeAgency: 'officer',
  handOverKeys: 'officer',
  identityDetails: 'officer',
  history: 'auditor',
  timeline: 'auditor',
  stream: 'auditor',
  streams: 'auditor',
  relyingParty: 'auditor',
  relyingParties: 'auditor',
  sharingPolicy: 'auditor',
  sharingPolicies: 'auditor',
  identitySchema: 'auditor',
  agencies: 'auditor',
  point: 'auditor',
  streamDifference: 'auditor',
  registryDifference: 'auditor',
  status: 'auditor',
  streamIntact: 'auditor',
  facts: ['officer', 'auditor'],
  notices: 'service',
  notice: 'service',
};

const callers: Readonly<Record<Caller['kind'], Caller>> = {
  service: {
    kind: 'service',
    party: {
      party: 'clinic',
      name: {},
      keys: [],
      intendedUses: [],
      status: 'approved',
      policy: null,
      version: 1,
      block: 1,
    },
  },
  resident: { kind: 'resident', identity: 'x' },
  officer: { kind: 'officer', agency: 'civil-registry', officer: 'registrar' },
  auditor: { kind: 'auditor', auditor: 'auditor' },
};

const schema = createSchema(await loadCountry('demo'));
const fields = {
  query: schema.getQueryType()?.getFields(),
  mutation: schema.getMutationType()?.getFields(),
  subscription: schema.getSubscriptionType()?.getFields(),
};
const operations = Object.entries(fields).flatMap(([operation, byName]) =>
  Object.values(byName ?? {}).map((field) => ({ operation, field })),
);

/** The smallest text that a value of this type can be written as. */
function literalOf(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literalOf(type.ofType);
  if (isListType(type)) return '[]';
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (isScalarType(type)) return { Int: '1', Instant: '"2030-01-01T00:00:00.000Z"' }[type.name] ?? '"x"';
  if (!isInputObjectType(type)) throw new Error('no such input type');
  const inputs = Object.values(type.getFields());
  const written = type.isOneOf ? inputs.slice(0, 1) : inputs.filter(isRequiredInputField);
  return `{${written.map((each) => `${each.name}: ${literalOf(each.type)}`).join(' ')}}`;
}

const denials = ['ERR_UNAUTHENTICATED', 'ERR_FORBIDDEN'];

/** With which code a caller is turned away before the question itself is looked at; undefined: not at all. */
async function codeFor(operation: string, field: GraphQLField<unknown, unknown>, caller: Caller | undefined) {
  const args = field.args.filter(isRequiredArgument).map((each) => `${each.name}: ${literalOf(each.type)}`);
  const source = `${operation} { ${field.name}${args.length > 0 ? `(${args.join(' ')})` : ''} { __typename } }`;
  const answer = operation === 'subscription' ? subscribe : execute;
  const answered = await answer({ schema, document: parse(source), contextValue: { caller } });
  if (Symbol.asyncIterator in answered) return undefined;
  const { errors } = answered;
  const cause = errors?.[0] instanceof GraphQLError ? errors[0].originalError : undefined;
  return cause instanceof RequestError && denials.includes(cause.code) ? cause.code : undefined;
}

describe('the schema', () => {
  it('says of every field who may ask for it', () => {
    expect(operations.map(({ field }) => field.name).sort()).toEqual(Object.keys(allowed).sort());
  });
});

describe.each(operations.map(({ operation, field }) => [field.name, operation, field] as const))(
  'the field %s',
  (name, operation, field) => {
    it('is refused to whoever has no token', async () => {
      expect(await codeFor(operation, field, undefined)).toBe('ERR_UNAUTHENTICATED');
    });

    it.each(Object.entries(callers))('is answered as it should be for a %s', async (kind, caller) => {
      const code = await codeFor(operation, field, caller);
      expect(code).toBe([allowed[name]].flat().includes(caller.kind) ? undefined : 'ERR_FORBIDDEN');
    });
  },
);
