import { getDescription } from './description.ts';
import type { AgencyDescription, NetworkDescription, ProcessRecord } from './description.ts';
import { isRunning } from './processes.ts';

/** What runs of one agency. */
export type AgencyStatus = {
  readonly agency: string;
  /** Absent where the agency joined a running network. */
  readonly orderer?: NodeStatus;
  /** Absent where the agency only orders. */
  readonly peer?: NodeStatus;
  readonly chaincode?: NodeStatus;
};
type NodeStatus = { readonly address: string; readonly running: boolean; readonly height?: number };

/** What runs, where, and how many blocks it has. */
export async function networkStatus(directory: string): Promise<readonly AgencyStatus[]> {
  const description = getDescription(directory);
  return Promise.all(description.agencies.map(async (agency) => statusOf(description, agency)));
}

async function statusOf(description: NetworkDescription, agency: AgencyDescription): Promise<AgencyStatus> {
  const { orderer, peer } = agency;
  const server = agency.chaincodes[description.chaincode];
  return {
    agency: agency.name,
    ...(orderer && {
      orderer: await nodeStatus(orderer, async () => ordererHeight(orderer.admin, description.channel)),
    }),
    ...(peer && { peer: await nodeStatus(peer, async () => peerHeight(peer.operations, description.channel)) }),
    ...(server && { chaincode: { address: server.address, running: isRunning(server.process) } }),
  };
}

type Node = { readonly address: string; readonly process?: ProcessRecord | undefined };

async function nodeStatus(node: Node, findHeight: () => Promise<number>): Promise<NodeStatus> {
  const running = isRunning(node.process);
  const height = running ? await findHeight().catch(() => Number.NaN) : Number.NaN; // a node that starts has none to tell
  return { address: node.address, running, ...(Number.isFinite(height) && { height }) };
}

async function textAt(url: string): Promise<string> {
  return (await fetch(url, { signal: AbortSignal.timeout(2000) })).text();
}

async function ordererHeight(admin: string, channel: string): Promise<number> {
  const text = await textAt(`http://${admin}/participation/v1/channels/${channel}`);
  return Number(/"height":\s*(\d+)/.exec(text)?.[1]);
}

async function peerHeight(operations: string, channel: string): Promise<number> {
  const text = await textAt(`http://${operations}/metrics`);
  return Number(new RegExp(`^ledger_blockchain_height\\{channel="${channel}"\\} (\\S+)`, 'm').exec(text)?.[1]);
}

const cell = (node: NodeStatus | undefined) => {
  if (node === undefined) return '-';
  const height = node.height === undefined ? '' : ` height ${node.height}`;
  return `${node.running ? 'up' : 'DOWN'} ${node.address}${height}`;
};

/** The status as a table to read. */
export function statusTable(agencies: readonly AgencyStatus[]): string {
  const rows = [
    ['agency', 'orderer', 'peer', 'chaincode'],
    ...agencies.map(({ agency, orderer, peer, chaincode }) => [agency, cell(orderer), cell(peer), cell(chaincode)]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
