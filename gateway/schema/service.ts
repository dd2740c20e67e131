import type { Country } from '#domain/country.ts';
import { askIdentity, type Released } from '../release/askIdentity.ts';
import { authenticatePerson, type Authentication } from '../release/authenticatePerson.ts';
import { Refused } from '../refused.ts';
import { withheldReasons, type Withheld } from '../release/release.ts';
import type { addAttributes } from './attributes.ts';
import type { Builder } from './builder.ts';
import type { Words } from './country.ts';

type Types = {
  readonly country: Country;
  readonly words: Words;
  readonly attributes: ReturnType<typeof addAttributes>;
};

/** What a relying party can ask: for attributes with consent, or for a yes or no. */
export function addService(builder: Builder, types: Types): void {
  const by = addBy(builder, types.words);
  addIdentityQuestion(builder, types, by);
  addAuthentication(builder, types.words, by);
}

type ByRef = ReturnType<typeof addBy>;

function addBy(builder: Builder, words: Words) {
  const { handle } = words;
  const handleInput =
    handle &&
    builder.inputType('HandleInput', {
      description: 'A handle and its value.',
      fields: (t) => ({ attribute: t.field({ type: handle, required: true }), value: t.string({ required: true }) }),
    });
  return builder
    .inputRef<{ number?: string | null; handle?: HandleShape | null; subject?: string | null }>('PersonInput')
    .implement({
      description: 'How the caller knows a person; nobody can be searched for.',
      isOneOf: true,
      fields: (t) => ({
        number: t.string({ description: 'The identity number.' }),
        ...(handleInput && { handle: t.field({ type: handleInput }) }),
        subject: t.string({ description: "The party's own name for the person, as in notices; no other party's use." }),
      }),
    });
}
type HandleShape = { attribute: string; value: string };

function addReleased(builder: Builder, { words, attributes }: Types) {
  const reason = builder.enumType('WithheldReason', {
    description: 'Why an attribute is not released.',
    values: withheldReasons,
  });
  const withheld = builder.objectRef<Withheld>('Withheld').implement({
    description: 'An attribute that was asked for and does not leave.',
    fields: (t) => ({
      attribute: t.field({ type: words.attribute, resolve: (each) => each.attribute }),
      reason: t.field({ type: reason, resolve: (each) => each.reason }),
    }),
  });
  return builder.objectRef<Released>('Released').implement({
    description: 'What may leave, after a record of the access is durable.',
    fields: (t) => ({
      attributes: t.field({ type: attributes, resolve: (released) => released.attributes }),
      withheld: t.field({ type: [withheld], resolve: (released) => [...released.withheld] }),
      accessId: t.exposeID('accessId', { description: 'Name of the access record that the person can see.' }),
      signature: t.exposeString('signature', {
        description: 'Compact JWS (ES256) over everything released; keys at /.well-known/jwks.json.',
      }),
    }),
  });
}

function addIdentityQuestion(builder: Builder, types: Types, by: ByRef): void {
  const { words } = types;
  const claim = builder.inputType('ClaimInput', {
    description: 'An attribute that is asked for.',
    fields: (t) => ({
      attribute: t.field({ type: words.attribute, required: true }),
      essential: t.boolean({ required: true, defaultValue: false, description: 'Without it, release nothing.' }),
    }),
  });
  builder.queryField('identity', (t) =>
    t.withAuth({ service: true }).field({
      type: addReleased(builder, types),
      description: 'Attributes of a person, as far as policy, registration and a live consent all allow.',
      errors: { types: [Refused] },
      args: {
        by: t.arg({ type: by, required: true }),
        purpose: t.arg({ type: words.purpose, required: true }),
        claims: t.arg({ type: [claim], required: true }),
        transaction: t.arg.string({ description: "The party's own name for what it is doing; it will be signed." }),
      },
      resolve: (_root, { transaction, ...question }, context) =>
        askIdentity(context, {
          ...question,
          party: context.caller.party,
          ...(typeof transaction === 'string' && { transaction }),
        }),
    }),
  );
}

function addAuthentication(builder: Builder, words: Words, by: ByRef): void {
  const authentication = builder.objectRef<Authentication>('Authentication').implement({
    description: 'Yes or no, for one transaction of one party. Absent people get a no like any other.',
    fields: (t) => ({
      authenticated: t.exposeBoolean('authenticated'),
      token: t.exposeString('token', { nullable: true, description: "The party's own name for the person." }),
      transaction: t.exposeString('transaction'),
      accessId: t.exposeID('accessId'),
      signature: t.exposeString('signature'),
    }),
  });
  const demographic = builder.inputType('DemographicInput', {
    description: 'What the person said; compared word for word after Unicode and case folding.',
    fields: (t) => ({
      attribute: t.field({ type: words.attribute, required: true }),
      value: t.string({ required: true }),
      language: t.field({ type: words.language, description: 'By default any language.' }),
    }),
  });
  builder.mutationField('authenticate', (t) =>
    t.withAuth({ service: true }).field({
      type: authentication,
      description: 'Whether what somebody says is true of a person. Every attempt is recorded, and they are limited.',
      errors: { types: [Refused] },
      args: {
        by: t.arg({ type: by, required: true }),
        transaction: t.arg.string({ required: true }),
        demographics: t.arg({ type: [demographic], required: true }),
      },
      resolve: (_root, { demographics, ...request }, context) =>
        authenticatePerson(context, {
          ...request,
          party: context.caller.party,
          demographics: demographics.map(({ language, ...said }) => ({ ...said, ...(language && { language }) })),
        }),
    }),
  );
}
