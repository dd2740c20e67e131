import { expect } from '@jest/globals';
import { orderDigest } from '#domain/approval.ts';
import { schemaStream } from '#domain/identitySchema/events.ts';
import { consentOrder } from '#test/consentOrder.ts';
import { eventually } from '#test/eventually.ts';
import {
  newId,
  newSigner,
  newAgencies,
  officerOf,
  order,
  registration,
  schema,
  type Submission,
} from '#test/registry.ts';
import type { NodeName, RegistryToAsk, Values, What } from './registryToAsk.ts';

/** One order of a kind, in order but for its author: whoever may give it gets it done. */
export type Sample = {
  readonly what: What;
  readonly values?: Values;
  /** The order with its private values, where somebody else makes it ready. */
  readonly ready?: Submission;
  /** The node that gives it; the civil registry's where none is named. */
  readonly node?: NodeName;
};
type Make = (registry: RegistryToAsk) => Sample | Promise<Sample>;

const because = { reason: 'administrative-review' };
const about = (stream: string, type: string, data: object = because): Sample => ({
  what: { stream, type, data: { ...data } },
});

const made = (ready: Submission): Sample => ({ what: ready.command, ready });

const digest = 'A'.repeat(43);
const key = newSigner('any').publicKey;
const contact = { class: 'contact', of: { suburb: 'Chelsea' } };
const ownStream = 'agency-civil-registry';
const soon = () => new Date(Date.now() + 3_600_000).toISOString();

/** How each kind of order is made, on a registry that holds what it is about. */
const makers: Readonly<Record<string, Make>> = {
  RegisterIdentity: () => made(registration(newSigner('any'))),
  RecordAttributes: async (at) => ({
    ...about(await person(at), 'RecordAttributes', { schema: 1 }),
    values: contact,
  }),
  CorrectAttributes: async (at) => ({
    ...about(await person(at), 'CorrectAttributes', { schema: 1, ...because }),
    values: { class: 'identification', of: { dateOfBirth: '1815-12-11' } },
  }),
  SuspendIdentity: async (at) => about(await person(at), 'SuspendIdentity'),
  ReinstateIdentity: async (at) => about(await after(at, await person(at), 'SuspendIdentity'), 'ReinstateIdentity'),
  DeactivateIdentity: async (at) => about(await person(at), 'DeactivateIdentity'),
  RecordDeath: async (at) => about(await person(at), 'RecordDeath'),
  MergeIdentity: async (at) => about(await person(at), 'MergeIdentity', { into: newId(), ...because }),
  SplitIdentity: async (at) => {
    const stream = await person(at);
    await at.done(await at.agreed(about(stream, 'MergeIdentity', { into: newId(), ...because }).what));
    return about(stream, 'SplitIdentity');
  },
  EraseIdentity: async (at) => about(await person(at), 'EraseIdentity', { ...because, proposals: [] }),
  BindPersonKey: async (at) => about(await person(at), 'BindPersonKey', { key: digest }),
  RecoverPersonKey: async (at) => {
    const stream = await after(at, await person(at), 'BindPersonKey', { key: digest });
    return about(stream, 'RecoverPersonKey', { key: digest, ...because });
  },
  GiveConsent: () => made(consentOrder()),
  WithdrawConsent: async (at) => about((await at.done(consentOrder())).command.stream, 'WithdrawConsent', {}),
  ExpireConsent: async (at) => {
    const { stream, data } = (await at.done(consentOrder(1 / 86_400))).command; // for a second
    await eventually(() => expect(new Date().toISOString() > String(data['validUntil'])).toBe(true));
    return about(stream, 'ExpireConsent', {});
  },
  EraseConsent: async (at) => {
    const { stream } = (await at.done(consentOrder())).command;
    await at.done(order({ stream, type: 'WithdrawConsent', data: {} }));
    return about(stream, 'EraseConsent');
  },
  RegisterRelyingParty: () => about(`relyingParty-${newId()}`, 'RegisterRelyingParty', party),
  ApproveRelyingParty: async (at) => about(await registeredParty(at), 'ApproveRelyingParty', {}),
  SuspendRelyingParty: async (at) =>
    about(await after(at, await registeredParty(at), 'ApproveRelyingParty', {}), 'SuspendRelyingParty'),
  AssignSharingPolicy: async (at) => about(await registeredParty(at), 'AssignSharingPolicy', { policy: newId() }),
  PublishSharingPolicy: () => about(`sharingPolicy-${newId()}`, 'PublishSharingPolicy', policy),
  RetireSharingPolicy: async (at) => {
    const stream = `sharingPolicy-${newId()}`;
    await at.done(await at.agreed(about(stream, 'PublishSharingPolicy', policy).what));
    return about(stream, 'RetireSharingPolicy');
  },
  PublishIdentitySchema: () => about(schemaStream, 'PublishIdentitySchema', { ...schema, version: 2 }),
  AdmitAgency: () => ({
    ...about('agency-audit-office', 'AdmitAgency', {
      name: { eng: 'Audit Office' },
      transportKey: { epoch: 1, key: newAgencies()['civil-registry'].transport.publicKey },
      administrator: officerOf(newSigner('auditor')),
    }),
    node: 'audit-office',
  }),
  AddOfficer: () => about(ownStream, 'AddOfficer', officerOf(newSigner(newId()))),
  RemoveOfficer: async (at) => {
    const { signer } = at.people['civil-registry'];
    const officer = newSigner(newId());
    await at.done(order({ stream: ownStream, type: 'AddOfficer', data: officerOf(officer) }, { signer }));
    return about(ownStream, 'RemoveOfficer', { officer: officer.officer, ...because });
  },
  RotateTransportKey: ({ people }) =>
    about(ownStream, 'RotateTransportKey', { epoch: 2, key: people['election-office'].transport.publicKey }),
  RotateLogKey: () => about(ownStream, 'RotateLogKey', { key: digest }),
  RotateNodeKey: () => about(ownStream, 'RotateNodeKey', { key }),
  HandOverKeys: () => about(ownStream, 'HandOverKeys', { class: 'contact' }),
  RemoveAgency: () => about('agency-social-protection', 'RemoveAgency'),
  Propose: async (at) =>
    about(`proposal-${newId()}`, 'Propose', { order: about(await person(at), 'RecordDeath').what, validUntil: soon() }),
  ApproveProposal: async (at) => {
    const { stream, what } = await proposedBy('election-office', at);
    return about(stream, 'ApproveProposal', { order: orderDigest(what) });
  },
  RejectProposal: async (at) => about((await proposedBy('election-office', at)).stream, 'RejectProposal'),
  WithdrawProposal: async (at) => about((await proposedBy('civil-registry', at)).stream, 'WithdrawProposal'),
  AnchorTree: () =>
    about('anchor-civil-registry', 'AnchorTree', {
      ...{ log: 'registry', size: 1, root: digest },
      cosignature: { time: 1, signature: 'A'.repeat(86) },
    }),
};

/** An order of this type; undefined where nobody has said yet how one is made. */
export function findSample(type: string): Make | undefined {
  return Object.hasOwn(makers, type) ? makers[type] : undefined;
}

const party = {
  name: { eng: 'Clinic' },
  keys: [key],
  intendedUses: [{ purpose: 'ServiceProvision', attributes: ['givenName'] }],
};
const policy = { name: { eng: 'Care' }, rules: [], matching: [] };

async function person({ people, done }: RegistryToAsk): Promise<string> {
  return (await done(registration(people['civil-registry'].signer))).command.stream;
}

async function after(at: RegistryToAsk, stream: string, type: string, data: object = because): Promise<string> {
  const { signer } = at.people['civil-registry'];
  await at.done(order({ stream, type, data: { ...data } }, { signer }));
  return stream;
}

const registeredParty = (at: RegistryToAsk) => after(at, `relyingParty-${newId()}`, 'RegisterRelyingParty', party);

async function proposedBy(agency: 'civil-registry' | 'election-office', at: RegistryToAsk) {
  const stream = `proposal-${newId()}`;
  const { what } = about(await person(at), 'RecordDeath');
  const data = { order: what, validUntil: soon() };
  await at.done(order({ stream, type: 'Propose', data }, { signer: at.people[agency].signer }), agency);
  return { stream, what };
}
