import { hashOfSources } from '#chaincode/sources.ts';
import { certifiedMembers, daysLeft } from './certificates.ts';
import { agreedDefinition, type Agreed } from './definition.ts';
import {
  endorsersOf,
  getDescription,
  type AgencyDescription,
  type NetworkDescription,
  type ProcessRecord,
} from './description.ts';
import { fabricTools } from './fabricTools.ts';
import { ordererHeight, peerHeight } from './heights.ts';
import { nodesAtWork } from './nodeMark.ts';
import { isRunning } from './processes.ts';

/** What runs of one agency. */
export type AgencyStatus = {
  readonly agency: string;
  /** Absent where the agency joined a running network. */
  readonly orderer?: NodeStatus;
  /** Absent where the agency only orders. */
  readonly peer?: NodeStatus;
  readonly chaincode?: NodeStatus;
  /** Process of its node, where that runs on this machine. */
  readonly node?: number;
  /** Whole days until the first of its certificates expires, and whose that is. */
  readonly certificate?: { readonly days: number; readonly of: string };
};
type NodeStatus = { readonly address: string; readonly running: boolean; readonly height?: number };

/** What runs, and what the agencies have agreed on. */
export type NetworkStatus = {
  readonly agencies: readonly AgencyStatus[];
  readonly endorsement: NetworkDescription['endorsement'];
  /** Absent when no endorsing agency's peer answers. */
  readonly agreed?: Agreed;
  /** Hash of the chaincode's sources at hand. */
  readonly sources: string;
};

/** What runs, where, how far it is, until when its certificates last, and which code was agreed on by whom. */
export async function networkStatus(directory: string, repository: string): Promise<NetworkStatus> {
  const description = getDescription(directory);
  const agencies = await Promise.all(description.agencies.map(async (each) => statusOf(directory, description, each)));
  const agreed = await findAgreed(directory, description);
  const { endorsement } = description;
  return { agencies, endorsement, sources: hashOfSources(repository), ...(agreed && { agreed }) };
}

async function findAgreed(directory: string, description: NetworkDescription): Promise<Agreed | undefined> {
  const place = { bin: await fabricTools(() => undefined), directory };
  for (const { name, peer } of endorsersOf(description)) {
    if (!isRunning(peer?.process)) continue;
    const agreed = await agreedDefinition(place, description, name).catch(() => undefined); // the next peer may answer
    if (agreed !== undefined) return agreed;
  }
  return undefined;
}

async function statusOf(
  directory: string,
  { channel, chaincode, packages }: NetworkDescription,
  agency: AgencyDescription,
): Promise<AgencyStatus> {
  const { name, orderer, peer } = agency;
  const server = agency.chaincodes[chaincode];
  const node = nodesAtWork(directory).find((each) => each.agency === name)?.pid;
  const certificate = firstToExpire(directory, agency);
  return {
    agency: name,
    ...(orderer && { orderer: await nodeStatus(orderer, async () => ordererHeight(orderer.admin, channel)) }),
    ...(peer && { peer: await nodeStatus(peer, async () => peerHeight(peer.operations, channel)) }),
    ...(server &&
      packages[chaincode] !== undefined && {
        chaincode: { address: server.address, running: isRunning(server.process) },
      }),
    ...(node !== undefined && { node }),
    ...(certificate && { certificate }),
  };
}

function firstToExpire(directory: string, agency: AgencyDescription): AgencyStatus['certificate'] {
  const all = certifiedMembers(directory, agency).map((member) => ({ days: daysLeft(member), of: member.name }));
  return all.sort((one, other) => one.days - other.days)[0];
}

type Node = { readonly address: string; readonly process?: ProcessRecord | undefined };

async function nodeStatus(node: Node, findHeight: () => Promise<number>): Promise<NodeStatus> {
  const running = isRunning(node.process);
  const height = running ? await findHeight().catch(() => Number.NaN) : Number.NaN; // a node that starts has none to tell
  return { address: node.address, running, ...(Number.isFinite(height) && { height }) };
}
