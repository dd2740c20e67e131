import { idOf } from '#domain/envelope.ts';
import { schemaStream, type IdentitySchema } from '#domain/identitySchema/events.ts';
import { agencyFrom, officersFrom, type Agency, type AgencyOfficer } from '#projections/models/agencies.ts';
import { partyFrom, type RelyingParty } from '#projections/models/relyingParties.ts';
import { policyFrom, type SharingPolicy } from '#projections/models/sharingPolicies.ts';
import { pastPages, readPast, type Past } from '../past/pastReads.ts';
import type { AsOfTypes } from './asOf.ts';
import type { Builder } from './builder.ts';
import { placeConnection } from './placeConnection.ts';

const parties: Past<'relyingParty', RelyingParty> = { noun: 'relyingParty', from: partyFrom };
const policies: Past<'sharingPolicy', SharingPolicy> = { noun: 'sharingPolicy', from: policyFrom };
const schemas: Past<'identitySchema', IdentitySchema> = {
  noun: 'identitySchema',
  from: (facts) => facts.at(-1)?.event.data,
};
type AgencyWithOfficers = Agency & { readonly officers: readonly AgencyOfficer[] };
const agencies: Past<'agency', AgencyWithOfficers> = {
  noun: 'agency',
  from: (facts) => {
    const agency = agencyFrom(facts);
    return agency && { ...agency, officers: officersFrom(facts) };
  },
};

/** What auditors can ask of those who take part, and of the rules they are under, now or as of a point. */
export function addRegistryReads(builder: Builder, { input }: AsOfTypes): void {
  addParties(builder, input);
  addPolicies(builder, input);
  addSchemas(builder, input);
  addAgencies(builder, input);
}

type Input = AsOfTypes['input'];

function addParties(builder: Builder, input: Input): void {
  const party = builder.objectRef<RelyingParty>('RelyingParty').implement({
    description: 'A service that may ask about people.',
    fields: (t) => ({
      id: t.exposeID('party'),
      name: t.expose('name', { type: 'JSON', description: 'By language.' }),
      status: t.exposeString('status', { description: 'registered, approved or suspended.' }),
      keys: t.expose('keys', { type: 'JSON' }),
      intendedUses: t.expose('intendedUses', { type: 'JSON', description: 'Attributes by purpose.' }),
      policy: t.exposeID('policy', { nullable: true }),
      version: t.exposeInt('version'),
      block: t.exposeInt('block'),
    }),
  });
  builder.queryFields((t) => ({
    relyingParty: t.withAuth({ auditor: true }).field({
      type: party,
      nullable: true,
      args: { id: t.arg.id({ required: true }), asOf: t.arg({ type: input }) },
      resolve: (_root, { id, asOf }, context) => readPast(context, parties, id, asOf),
    }),
    relyingParties: t.withAuth({ auditor: true }).connection({
      type: party,
      description: 'In the order in which they registered.',
      args: { asOf: t.arg({ type: input }) },
      resolve: async (_root, { asOf, ...args }, context) =>
        placeConnection(args, await pastPages(context, parties, asOf)),
    }),
  }));
}

function addPolicies(builder: Builder, input: Input): void {
  const policy = builder.objectRef<SharingPolicy>('SharingPolicy').implement({
    description: 'What parties under it may get.',
    fields: (t) => ({
      id: t.exposeID('policy'),
      name: t.expose('name', { type: 'JSON', description: 'By language.' }),
      status: t.exposeString('status', { description: 'published or retired.' }),
      rules: t.expose('rules', { type: 'JSON', description: 'Attributes by purpose.' }),
      matching: t.field({ type: ['String'], resolve: ({ matching }) => [...matching] }),
      version: t.exposeInt('version'),
      block: t.exposeInt('block'),
    }),
  });
  builder.queryFields((t) => ({
    sharingPolicy: t.withAuth({ auditor: true }).field({
      type: policy,
      nullable: true,
      args: { id: t.arg.id({ required: true }), asOf: t.arg({ type: input }) },
      resolve: (_root, { id, asOf }, context) => readPast(context, policies, id, asOf),
    }),
    sharingPolicies: t.withAuth({ auditor: true }).connection({
      type: policy,
      description: 'In the order in which they were first published.',
      args: { asOf: t.arg({ type: input }) },
      resolve: async (_root, { asOf, ...args }, context) =>
        placeConnection(args, await pastPages(context, policies, asOf)),
    }),
  }));
}

function addSchemas(builder: Builder, input: Input): void {
  const schema = builder.objectRef<IdentitySchema>('IdentitySchema').implement({
    description: 'What the registry may hold of a person, and which agencies hold it.',
    fields: (t) => ({
      version: t.exposeInt('version'),
      fields: t.expose('fields', { type: 'JSON' }),
      classes: t.expose('classes', { type: 'JSON', description: 'Attribute class → agencies that hold its values.' }),
      languages: t.field({ type: ['String'], resolve: ({ languages }) => [...languages] }),
      number: t.expose('number', { type: 'JSON', description: 'Rules of the identity number.' }),
      source: t.exposeString('source', { description: "SHA-256 of the country pack's JSON Schema." }),
    }),
  });
  builder.queryField('identitySchema', (t) =>
    t.withAuth({ auditor: true }).field({
      type: schema,
      nullable: true,
      description: 'The schema in force; null before the first one.',
      args: { asOf: t.arg({ type: input }) },
      resolve: (_root, { asOf }, context) => readPast(context, schemas, idOf(schemaStream), asOf),
    }),
  );
}

function addAgencies(builder: Builder, input: Input): void {
  const officer = builder.objectRef<AgencyOfficer>('Officer').implement({
    description: 'An opaque id with a key and roles.',
    fields: (t) => ({
      id: t.exposeID('officer'),
      key: t.expose('key', { type: 'JSON' }),
      roles: t.field({ type: ['String'], resolve: ({ roles }) => [...roles] }),
      validFrom: t.expose('validFrom', { type: 'Instant' }),
      validUntil: t.expose('validUntil', { type: 'Instant', nullable: true }),
      removedAt: t.expose('removedAt', { type: 'Instant', nullable: true }),
    }),
  });
  const agency = builder.objectRef<AgencyWithOfficers>('Agency').implement({
    description: 'One of those who run the registry together.',
    fields: (t) => ({
      id: t.exposeID('agency'),
      name: t.expose('name', { type: 'JSON', description: 'By language.' }),
      transportKey: t.expose('transportKey', { type: 'JSON' }),
      logKey: t.exposeString('logKey', { nullable: true }),
      removedAt: t.expose('removedAt', { type: 'Instant', nullable: true }),
      officers: t.field({
        type: [officer],
        description: 'In the order in which they came; those who were removed too.',
        resolve: ({ officers }) => [...officers],
      }),
      version: t.exposeInt('version'),
      block: t.exposeInt('block'),
    }),
  });
  builder.queryField('agencies', (t) =>
    t.withAuth({ auditor: true }).connection({
      type: agency,
      description: 'In the order in which they were admitted.',
      args: { asOf: t.arg({ type: input }) },
      resolve: async (_root, { asOf, ...args }, context) =>
        placeConnection(args, await pastPages(context, agencies, asOf)),
    }),
  );
}
