import { existsSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { eventually } from '#test/eventually.ts';
import { newId } from '#test/registry.ts';
import { ask, plinth, startNode, type Place, type RunningNode } from './plinth.ts';
import { history, register } from './questions.ts';

/** A network on which the nodes of two agencies run. */
export type JoinedNetwork = {
  /** Below it lies everything, the network too. */
  readonly folder: string;
  readonly environment: Place['environment'];
  readonly nodes: Readonly<Record<'civil-registry' | 'election-office', RunningNode>>;
  /** Ends a node that was started later, with the rest. */
  readonly endLater: (node: RunningNode) => void;
};

const joiner = 'tax-office';
const auditor = 'audit-office';
const validFrom = '2020-01-01T00:00:00.000Z';
const given = [{ language: 'eng', value: 'Amna-Canary' }];
const refusal = '__typename ... on Refused { code reason }';
const proposed = `{ ${refusal} ... on Proposed { proposal } }`;
const admitAgency = `mutation ($agency: ID!, $name: [TextInput!]!, $transportKey: TransportKeyInput!, $logKey: String,
  $nodeKey: PublicKeyInput, $administrator: AdministratorInput!) { admitAgency(agency: $agency, name: $name,
  transportKey: $transportKey, logKey: $logKey, nodeKey: $nodeKey, administrator: $administrator) ${proposed} }`;
const approve = `mutation ($id: ID!) {
  approveProposal(id: $id) { ${refusal} ... on Approved { carriedOut { ${refusal} } } } }`;
const carryOut = `mutation ($id: ID!) { carryOutProposal(id: $id) { ${refusal} } }`;
const addOfficer = `mutation ($officer: ID!, $key: PublicKeyInput!, $roles: [Role!]!, $validFrom: Instant!) {
  addOfficer(officer: $officer, key: $key, roles: $roles, validFrom: $validFrom) { ${refusal} } }`;
const publish = `mutation { publishIdentitySchema(version: 2) ${proposed} }`;
const handOverKeys = `mutation { handOverKeys(class: "identification") ${proposed} }`;
const suspend = `mutation ($id: ID!) { suspendIdentity(id: $id, reason: SUSPECTED_FRAUD) { ${refusal} } }`;
const self = '{ me { attributes { givenName } } }';
const done = { __typename: 'Receipt' };

const Proposed = z.object({ __typename: z.literal('Proposed'), proposal: z.string() });
const NameOf = z
  .object({ attributes: z.object({ givenName: z.string().nullable() }) })
  .transform((me) => me.attributes.givenName);
const OfficerFile = z.object({
  officer: z.string(),
  key: z.object({ kty: z.string(), crv: z.string(), x: z.string(), y: z.string() }),
});

/** An agency that nobody had thought of joins a registry at work: its peer, its node, its officers, and in the end its values. */
export function describeJoining(network: () => JoinedNetwork): void {
  describe('let another agency join', () => {
    const agencies = new Agencies(network);
    beforeAll(() => agencies.prepare(), 60_000);

    it('once its peer has joined and two of them agree, with its own keys', async () => {
      await agencies.network('add-agency', joiner, '--endorse', '--snapshot');
      await admit(agencies, joiner, 'civil-registry');
    }, 400_000);
    it('whose node copies what it never had, proves it, serves and cosigns', () => serves(agencies), 240_000);
    it('whose officers its administrator adds', () => getsOfficers(agencies), 120_000);
    it('and hold a class from now on, with the values from before', () => holdsValues(agencies), 400_000);
    it('and the audit office read along without a key or a value', () => readsAlong(agencies), 240_000);
  });
}

/** What the agencies do here, each with its own command line and at its own node. */
class Agencies {
  readonly #network: () => JoinedNetwork;
  readonly #nodes = new Map<string, RunningNode>();
  readonly #tokens = new Map<string, Promise<string>>();
  #isWider = false;
  /** A person from before. */
  identity = '';

  constructor(network: () => JoinedNetwork) {
    this.#network = network;
  }

  /** Registers a person, and writes the country's pack as it is to be with one agency more. */
  async prepare(): Promise<void> {
    for (const [agency, node] of Object.entries(this.#network().nodes)) this.#nodes.set(agency, node);
    this.identity = await this.register('civil-registry');
    const pack = this.file('next');
    await cp('country/demo', pack, { recursive: true });
    await edit(join(pack, 'pack.json'), '"schemaVersion": 1', '"schemaVersion": 2');
    const described = `{ "name": "${joiner}", "label": { "eng": "Tax Office" }, "peer": true }`;
    await edit(join(pack, 'endorsement.json'), '"agencies": [', `"agencies": [${described},`);
    // The first class of the file is identification.
    await edit(join(pack, 'collections.json'), '"members": [', `"members": ["${joiner}", `);
  }

  async register(agency: string): Promise<string> {
    const attributes = { givenName: given, dateOfBirth: '1984-02-29' };
    const registered = await this.ask(agency, ['officer', 'registrar'], register, { enrolment: newId(), attributes });
    return z.object({ id: z.string() }).parse(registered).id;
  }

  /** From now on nodes are started with the pack that knows one agency more. */
  widen(): void {
    this.#isWider = true;
  }

  file(name: string): string {
    return join(this.#network().folder, name);
  }

  keystore(agency: string, file: string): string {
    return this.file(join('network', 'agencies', agency, 'keystore', file));
  }

  network(...args: readonly string[]): Promise<string> {
    return plinth(this.#placeOf('civil-registry'), 'network', ...args);
  }

  run(agency: string, ...args: readonly string[]): Promise<string> {
    const place = this.#placeOf(agency);
    return plinth(place, ...args, ...place.options);
  }

  async start(agency: string): Promise<void> {
    const node = await startNode(this.#placeOf(agency));
    this.#network().endLater(node);
    this.#nodes.set(agency, node);
  }

  async stop(agency: string): Promise<void> {
    await this.#nodes.get(agency)?.kill('SIGTERM');
  }

  page(agency: string, path: string): Promise<Response> {
    return fetch(new URL(path, this.#nodes.get(agency)?.url));
  }

  /** Asks at the agency's own node; each token is fetched once. */
  async ask(agency: string, who: readonly string[], query: string, variables: object = {}): Promise<unknown> {
    const token = this.#tokens.get([agency, ...who].join(' ')) ?? this.run(agency, 'token', ...who);
    this.#tokens.set([agency, ...who].join(' '), token);
    return ask(this.#nodes.get(agency)?.url ?? '', await token, query, variables);
  }

  async propose(agency: string, role: string, query: string, variables: object = {}): Promise<string> {
    return Proposed.parse(await this.ask(agency, ['officer', role], query, variables)).proposal;
  }

  /** The election office agrees, and its node carries out what is not left to another. */
  async agree(role: string, id: string): Promise<unknown> {
    const answer = await this.ask('election-office', ['officer', role], approve, { id });
    return z.object({ __typename: z.literal('Approved'), carriedOut: z.unknown() }).parse(answer).carriedOut;
  }

  #placeOf(agency: string): Place {
    const { environment } = this.#network();
    const nodes = [...this.#nodes].filter(([name]) => name !== agency).map(([name, { url }]) => `${name}=${url}`);
    const country = this.#isWider ? { PLINTH_COUNTRY: this.file('next') } : {};
    return {
      environment: { ...environment, ...country, PLINTH_NODES: nodes.join(',') },
      options: ['--ledger', 'fabric', '--agency', agency],
    };
  }
}

async function edit(file: string, before: string, after: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  if (!text.includes(before)) throw new Error(`nothing to change in ${file}`);
  await writeFile(file, text.replace(before, after));
}

/** Takes an agency in: what its node prints is proposed and approved by two others, then it enters. */
async function admit(agencies: Agencies, agency: string, proposer: string): Promise<void> {
  const admission = JSON.parse(await agencies.run(agency, 'enter')) as object;
  expect(admission).toMatchObject({ agency, administrator: { officer: 'administrator' } });
  const proposal = await agencies.propose(proposer, 'administrator', admitAgency, admission);
  await expect(agencies.run(agency, 'enter', proposal)).rejects.toThrow('ERR_PROPOSAL_NOT_APPROVED');
  expect(await agencies.agree('administrator', proposal)).toBeNull();
  await expect(agencies.run('social-protection', 'enter', proposal)).rejects.toThrow('no proposal to admit');
  expect(await agencies.run(agency, 'enter', proposal)).toContain(`${agency} has entered the registry with block `);
  expect(existsSync(agencies.keystore(agency, 'registry.key'))).toBe(false);
}

async function serves(agencies: Agencies): Promise<void> {
  const copy = ['copy-history', '--from', 'civil-registry', '--and', 'election-office'];
  // Two agencies sign as facts come: the newest may not be covered yet.
  await eventually(async () => expect(await agencies.run(joiner, ...copy)).toMatch(/have signed their tree$/), 60_000);
  agencies.widen();
  await agencies.start(joiner);
  await toldAlike(agencies, joiner);
  await cosigns(agencies, ['civil-registry', joiner]);
}

/** The node tells of the person what the first one tells. */
async function toldAlike(agencies: Agencies, agency: string): Promise<void> {
  const told = (at: string) => agencies.ask(at, ['auditor'], history, { stream: `identity-${agencies.identity}` });
  expect(await told(agency)).toEqual(await told('election-office'));
}

/** These have signed what another agency's node tells of the log. */
async function cosigns(agencies: Agencies, cosigners: readonly string[]): Promise<void> {
  await eventually(async () => {
    const text = await (await agencies.page('election-office', '/log/checkpoint')).text();
    for (const cosigner of cosigners) expect(text).toContain(`/${cosigner} `);
  }, 60_000);
}

async function getsOfficers(agencies: Agencies): Promise<void> {
  for (const role of ['registrar', 'policy-manager']) {
    const written = await readFile(agencies.keystore(joiner, join('officers', `${role}.json`)), 'utf8');
    const { officer, key } = OfficerFile.parse(JSON.parse(written));
    const details = { officer, key, roles: [role.toUpperCase().replace('-', '_')], validFrom };
    expect(await agencies.ask(joiner, ['officer', 'administrator'], addOfficer, details)).toEqual(done);
  }
  expect(await agencies.ask(joiner, ['officer', 'registrar'], suspend, { id: agencies.identity })).toEqual(done);
}

async function holdsValues(agencies: Agencies): Promise<void> {
  const nameOf = async (id = agencies.identity) => NameOf.parse(await agencies.ask(joiner, ['resident', id], self));
  expect(await nameOf()).toBeNull();
  await agencies.network('add-holder', joiner, 'identification');
  expect(existsSync(agencies.keystore(joiner, 'registry.key'))).toBe(true);
  const schema = await agencies.propose(joiner, 'policy-manager', publish);
  expect(await agencies.agree('policy-manager', schema)).toEqual(done);
  const proposal = await agencies.propose(joiner, 'administrator', handOverKeys);
  expect(await agencies.agree('administrator', proposal)).toBeNull();
  expect(await agencies.ask(joiner, ['officer', 'administrator'], carryOut, { id: proposal })).toEqual(done);

  const file = agencies.file('keys.jsonl');
  await agencies.stop('civil-registry'); // an embedded database belongs to one process
  const errand = ['--to', joiner, '--class', 'identification', '--proposal', proposal, '-o', file];
  await agencies.run('civil-registry', 'keys', 'hand-over', ...errand);
  await agencies.stop(joiner);
  expect(await agencies.run(joiner, 'keys', 'take-over', file)).toMatch(/^\d+ private values can be served now$/);
  await agencies.start(joiner);
  expect(await nameOf()).toBe('Amna-Canary');

  expect(await nameOf(await agencies.register(joiner))).toBe('Amna-Canary');
  await agencies.start('civil-registry'); // with the pack of the new schema: values follow the newest
  const newcomer = await agencies.register('civil-registry');
  await eventually(async () => expect(await nameOf(newcomer)).toBe('Amna-Canary'), 60_000);
}

async function readsAlong(agencies: Agencies): Promise<void> {
  await agencies.network('add-agency', auditor);
  await admit(agencies, auditor, joiner); // the newest of all may propose already
  await agencies.start(auditor);
  await toldAlike(agencies, auditor);
  await cosigns(agencies, [joiner, auditor]);
  expect(NameOf.parse(await agencies.ask(auditor, ['resident', agencies.identity], self))).toBeNull();
  expect(await (await agencies.page(auditor, '/ready')).json()).toMatchObject({ ready: true, values: 'complete' });
}
