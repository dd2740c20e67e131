import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** A process that outlives the command that started it. `started` tells it from a later one with the same number. */
export const ProcessRecord = z.object({ pid: z.number(), started: z.string(), log: z.string() });
export type ProcessRecord = z.infer<typeof ProcessRecord>;

/** A gRPC server with TLS: connect to `address`, trust `tlsRoot` (a PEM file), expect the name `serverName`. */
const Server = z.object({
  address: z.string(),
  operations: z.string(),
  serverName: z.string(),
  tlsRoot: z.string(),
  process: ProcessRecord.optional(),
});

const AgencyDescription = z.object({
  /** Also its MSP id. */
  name: z.string(),
  /** Absent where the agency joined a running network. */
  orderer: Server.extend({ admin: z.string() }).optional(),
  peer: Server.extend({ chaincodeListener: z.string() }).optional(),
  /** Chaincode name → the server that this agency's peer calls. */
  chaincodes: z.record(z.string(), z.object({ address: z.string(), process: ProcessRecord.optional() })),
  /** Certificate (OU client) and key, PEM files, of the agency's gateway. */
  client: z.object({ certificate: z.string(), key: z.string() }),
  /** MSP folder of the agency's administrator. */
  admin: z.string(),
  keystore: z.string(),
  /** Whether it is being added to a running network; absent where the network began with its peer. */
  joining: z.boolean().optional(),
});
/** Where an agency's orderer, peer and chaincodes run, and where its keys lie. */
export type AgencyDescription = z.infer<typeof AgencyDescription>;

const NetworkDescription = z.object({
  /** False until a command has committed for the first time: what is there then cannot be continued. */
  ready: z.boolean(),
  channel: z.string(),
  chaincode: z.string(),
  endorsement: z.object({ agencies: z.array(z.string()), required: z.number() }),
  classes: z.record(z.string(), z.object({ members: z.array(z.string()) })),
  /** Chaincode name → package id on the peers. */
  packages: z.record(z.string(), z.string()),
  agencies: z.array(AgencyDescription),
});
/** `network.json`: everything that a client, the status and the end of a network need to know. */
export type NetworkDescription = z.infer<typeof NetworkDescription>;

/** The agencies whose word makes a fact. */
export function endorsersOf({ agencies, endorsement }: NetworkDescription): readonly AgencyDescription[] {
  return agencies.filter(({ name }) => endorsement.agencies.includes(name));
}

/** An agency of the network. Throws on a stranger. */
export function getAgency({ agencies }: NetworkDescription, name: string): AgencyDescription {
  const agency = agencies.find((each) => each.name === name);
  if (agency === undefined) throw new Error(`ERR_NO_AGENCY: no agency ${name} in this network`);
  return agency;
}

/** The network with this agency in the place of the one of its name, or beside the others. */
export function withAgency(description: NetworkDescription, agency: AgencyDescription): NetworkDescription {
  const others = description.agencies.map((each) => (each.name === agency.name ? agency : each));
  return { ...description, agencies: others.includes(agency) ? others : [...others, agency] };
}

const fileOf = (directory: string) => join(directory, 'network.json');

/** Reads the description of the network in this folder; undefined where there is none. */
export function findDescription(directory: string): NetworkDescription | undefined {
  if (!existsSync(fileOf(directory))) return undefined;
  const text = readFileSync(fileOf(directory), 'utf8');
  return NetworkDescription.parse(JSON.parse(text));
}

/** The description of the network in this folder. Throws where there is none. */
export function getDescription(directory: string): NetworkDescription {
  const description = findDescription(directory);
  if (description === undefined)
    throw new Error('ERR_NO_NETWORK: there is no network here; `npm run network -- up` starts one');
  return description;
}

/** Replaces the file in one step, so that a reader never sees half of it. */
export function writeDescription(directory: string, description: NetworkDescription): void {
  const draft = `${fileOf(directory)}.draft`;
  writeFileSync(draft, `${JSON.stringify(description, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, fileOf(directory));
}
