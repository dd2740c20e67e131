import type { LedgerEvent } from '#domain/envelope.ts';
import { roleToAgree } from '#domain/proposal/orders.ts';
import { agreedTypes } from '#domain/takesAgreement.ts';
import { proposalStatuses, type ProposalDetails } from '#projections/models/proposals.ts';
import { readProposedValues, type ProposedValues } from '../offices/proposedValues.ts';
import { Refused } from '../refused.ts';
import type { addAttributes } from './attributes.ts';
import type { Builder, ObjectFields } from './builder.ts';
import type { Words } from './country.ts';
import { enumValues } from './graphqlName.ts';
import type { RoleRef } from './role.ts';

type ProposalTypes = {
  readonly words: Words;
  readonly role: RoleRef;
  readonly attributes: ReturnType<typeof addAttributes>;
};

/** A proposal as those see it who may answer, and auditors. */
export function addProposal(builder: Builder, { words, role, attributes }: ProposalTypes) {
  const status = builder.enumType('ProposalStatus', {
    description: 'Where a proposal is; EXPIRED when its time went by before it was carried out.',
    values: enumValues(proposalStatuses),
  });
  const order = addAgreedOrder(builder);
  const values = addProposedValues(builder, attributes);
  const author = addAuthor(builder);
  const proposal = builder.objectRef<ProposalDetails>('Proposal').implement({
    description: 'An order that an officer of a second agency has to approve, and what became of it.',
    fields: (t) => ({
      id: t.exposeID('proposal'),
      status: t.expose('status', { type: status }),
      ...orderFields(t, { order, role }),
      ...actFields(t, { author, words }),
      values: t.withAuth({ officer: true }).field({
        type: values,
        nullable: true,
        description:
          'What would change about the person: for officers of agencies that hold the class, while there is something to ' +
          'decide. The person sees that the officer looked.',
        errors: { types: [Refused], union: { name: 'ProposedValuesAnswer' } },
        resolve: (each, _args, context) => readProposedValues(context, each),
      }),
    }),
  });
  return { proposal, status };
}

/** The types of `addProposal`. */
export type ProposalRefs = ReturnType<typeof addProposal>;

function addAgreedOrder(builder: Builder) {
  return builder.enumType('AgreedOrder', {
    description: 'What takes the word of a second agency.',
    values: Object.fromEntries(agreedTypes.map((value) => [value, { value }])),
  });
}

type OrderTypes = { readonly order: ReturnType<typeof addAgreedOrder>; readonly role: RoleRef };

function orderFields(t: ObjectFields<ProposalDetails>, { order, role }: OrderTypes) {
  return {
    order: t.field({ type: order, description: 'What is to be done.', resolve: (each) => each.order.type }),
    stream: t.string({ description: 'What it is done to: `noun-id`.', resolve: (each) => each.order.stream }),
    data: t.field({
      type: 'JSON',
      description: 'What the order says in public.',
      resolve: (each) => each.order.data,
    }),
    sealedClass: t.string({
      nullable: true,
      description: 'Attribute class of the private values of the order.',
      resolve: (each) => each.order.sealed?.class,
    }),
    role: t.field({
      type: role,
      description: 'The role that proposing, answering and carrying out take.',
      resolve: (each) => roleToAgree(each.order.type),
    }),
  };
}

type ActTypes = { readonly author: ReturnType<typeof addAuthor>; readonly words: Words };

function actFields(t: ObjectFields<ProposalDetails>, { author, words }: ActTypes) {
  return {
    proposedBy: t.field({ type: author, resolve: ({ proposed }) => proposed.by }),
    proposedAt: t.field({ type: 'Instant', resolve: ({ proposed }) => proposed.at }),
    validUntil: t.expose('validUntil', { type: 'Instant' }),
    answeredBy: t.field({
      type: author,
      nullable: true,
      description: 'Who approved, rejected or withdrew it.',
      resolve: ({ answer }) => answer?.by,
    }),
    answeredAt: t.field({ type: 'Instant', nullable: true, resolve: ({ answer }) => answer?.at }),
    answerReason: t.field({
      type: words.reason,
      nullable: true,
      description: 'Of a rejection or a withdrawal.',
      resolve: ({ answer }) => answer?.reason,
    }),
    carriedOutBy: t.field({ type: author, nullable: true, resolve: ({ carriedOut }) => carriedOut?.by }),
    carriedOutAt: t.field({ type: 'Instant', nullable: true, resolve: ({ carriedOut }) => carriedOut?.at }),
    block: t.exposeInt('block', { description: 'Block of the last fact about it.' }),
  };
}

function addAuthor(builder: Builder) {
  return builder.objectRef<LedgerEvent['by']>('Author').implement({
    description: 'Who said something on the ledger.',
    fields: (t) => ({
      agency: t.exposeString('agency', { description: 'The agency whose node sent it.' }),
      officer: t.exposeString('officer', { nullable: true, description: 'Who signed it, by an opaque id.' }),
    }),
  });
}

function addProposedValues(builder: Builder, attributes: ProposalTypes['attributes']) {
  return builder.objectRef<ProposedValues>('ProposedValues').implement({
    description: 'What an order would change about a person, beside what is held now.',
    fields: (t) => ({
      attributes: t.field({
        type: ['String'],
        description: 'Names of the attributes that would get another value.',
        resolve: (each) => [...each.attributes],
      }),
      proposed: t.field({ type: attributes, resolve: (each) => each.proposed }),
      present: t.field({ type: attributes, resolve: (each) => each.present }),
      effectiveFrom: t.expose('effectiveFrom', {
        type: 'Date',
        nullable: true,
        description: 'Since when they would hold in the world, where that is said.',
      }),
      accessId: t.exposeID('accessId', { description: 'Name of the access record that the person can see.' }),
    }),
  });
}
