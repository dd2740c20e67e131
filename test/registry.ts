import { generateKeyPairSync, randomBytes, randomInt, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { Command } from '#domain/envelope.ts';
import type { Officer } from '#domain/agency/events.ts';
import { Role } from '#domain/agency/roles.ts';
import { drawNumber } from '#domain/identity/drawNumber.ts';
import type { IdentitySchema } from '#domain/identitySchema/events.ts';
import { PublicKey } from '#domain/publicKey.ts';
import { signAuthority } from '#domain/seal/authority.ts';
import { disclosureDigest, makeDisclosure } from '#domain/seal/disclosure.ts';
import { newTransportKey, type TransportKey } from '#domain/seal/transportKey.ts';
import { mosipRules } from './numberRules.ts';

/** A small registry for tests: three agencies, one officer with every role at each, a schema, and commands ready to submit. */
export const channel = 'plinth';
export const agencies = ['civil-registry', 'election-office', 'social-protection'] as const;
export type AgencyName = (typeof agencies)[number];

/** A command ready to submit. */
export type Submission = { readonly command: Command; readonly disclosures?: readonly string[] };

const start = '2020-01-01T00:00:00.000Z';

/** An officer of a test agency with the private key that signs. */
export type Signer = {
  readonly officer: string;
  readonly key: ReturnType<typeof privateJwk>;
  readonly publicKey: PublicKey;
};

export function newSigner(officer: string): Signer {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    officer,
    key: privateJwk(pair.privateKey),
    publicKey: PublicKey.parse(pair.publicKey.export({ format: 'jwk' })),
  };
}

function privateJwk(key: KeyObject): JsonWebKey {
  return key.export({ format: 'jwk' });
}

export type TestAgency = { readonly name: AgencyName; readonly signer: Signer; readonly transport: TransportKey };

export function newAgencies(): Readonly<Record<AgencyName, TestAgency>> {
  const made = agencies.map((name): [AgencyName, TestAgency] => [
    name,
    { name, signer: newSigner(`officer-${name}`), transport: newTransportKey() },
  ]);
  return Object.fromEntries(made) as Record<AgencyName, TestAgency>; // one entry for every name, made just above
}

const plain = { multilingual: false, handle: false };
export const schema: IdentitySchema = {
  version: 1,
  fields: [
    { name: 'identityNumber', class: 'identification', ...plain },
    { name: 'givenName', class: 'identification', multilingual: true, handle: false },
    { name: 'surname', class: 'identification', multilingual: true, handle: false },
    { name: 'dateOfBirth', class: 'identification', ...plain },
    { name: 'email', class: 'contact', multilingual: false, handle: true },
    { name: 'suburb', class: 'contact', ...plain },
  ],
  classes: {
    identification: { members: agencies },
    contact: { members: agencies },
    consent: { members: agencies },
  },
  languages: ['eng', 'ara'],
  number: mosipRules,
  source: 'A'.repeat(43),
};

export function officerOf(signer: Signer, roles: Officer['roles'] = Role.options): Officer {
  return { officer: signer.officer, key: signer.publicKey, roles, validFrom: start };
}

export function newId(): string {
  return randomBytes(16).toString('base64url');
}

type Order = Pick<Command, 'stream' | 'type' | 'data'> & Partial<Pick<Command, 'id' | 'seen' | 'proposal'>>;

/** A command, with private values named and signed where they are given. */
export function order(order: Order, { signer, values, disclosed }: Beside = {}): Submission {
  if (disclosed !== undefined) return withDisclosed(order, disclosed, signer);
  const disclosures = values && Object.entries(values.of).map(([name, value]) => makeDisclosure(name, value));
  const command: Command = {
    id: newId(),
    seen: 0,
    ...order,
    ...(values &&
      disclosures && { sealed: { class: values.class, digests: disclosures.map(disclosureDigest).sort() } }),
  };
  const signed = signer === undefined ? command : signAuthority(channel, command, signer);
  return { command: signed, ...(disclosures && { disclosures }) };
}
type Beside = {
  readonly signer?: Signer;
  readonly values?: Values;
  /** Private values that another command carries too: a proposal those of its order. */
  readonly disclosed?: Disclosed;
};
type Disclosed = { readonly sealed: NonNullable<Command['sealed']>; readonly disclosures: readonly string[] };
type Values = { readonly class: string; readonly of: Readonly<Record<string, unknown>> };

function withDisclosed(order: Order, { sealed, disclosures }: Disclosed, signer: Signer | undefined): Submission {
  const command: Command = { id: newId(), seen: 0, ...order, sealed };
  return { command: signer === undefined ? command : signAuthority(channel, command, signer), disclosures };
}

export function admission({ name, signer, transport }: TestAgency): Submission {
  const transportKey = { epoch: 1, key: transport.publicKey };
  const data = { name: { eng: name }, transportKey, administrator: officerOf(signer) };
  return order({ stream: `agency-${name}`, type: 'AdmitAgency', data });
}

export function newNumber(): string {
  return drawNumber(mosipRules, (count) => Array.from({ length: count }, () => randomInt(10)).join(''));
}

/** A registration; `values` replace the defaults. */
export function registration(signer: Signer, values: Readonly<Record<string, unknown>> = {}): Submission {
  const of = {
    identityNumber: newNumber(),
    enrolmentId: newId(),
    givenName: [{ language: 'eng', value: 'Ada' }],
    surname: [{ language: 'eng', value: 'Lovelace' }],
    dateOfBirth: '1815-12-10',
    ...values,
  };
  const stream = `identity-${newId()}`;
  return order(
    { stream, type: 'RegisterIdentity', data: { schema: 1 } },
    { signer, values: { class: 'identification', of } },
  );
}
