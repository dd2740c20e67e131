import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { AgencyDescription, NetworkDescription, ProcessRecord } from './description.ts';
import { layoutOf, type NodeLayout } from './layout.ts';
import { ordererConfig } from './ordererConfig.ts';
import { logging, peerConfig } from './peerConfig.ts';
import { answers } from './ports.ts';
import { baseName } from './registryServer.ts';
import { isRunning, startProcess, tailOf } from './processes.ts';
import { until } from './until.ts';

/** How a chaincode is run, beside what every chaincode server is told by its environment. */
export type ChaincodeProgram = { readonly command: string; readonly args: readonly string[]; readonly cwd: string };

/** Folder of Fabric's programs, and how each chaincode is run. */
export type Programs = { readonly bin: string; readonly chaincodes: Readonly<Record<string, ChaincodeProgram>> };

/** Writes the configuration of every orderer and peer. */
export function writeNodeConfigs(directory: string, description: NetworkDescription): void {
  for (const { name, orderer, peer } of description.agencies) {
    const layout = layoutOf(directory).agency(name);
    mkdirSync(layout.chaincodes, { recursive: true });
    if (orderer !== undefined) writeNodeConfig(layout.orderer, 'orderer.yaml', ordererConfig(directory, name, orderer));
    if (peer !== undefined) writeNodeConfig(layout.peer, 'core.yaml', peerConfig(directory, name, peer));
  }
}

function writeNodeConfig({ home, data }: NodeLayout, file: string, config: object): void {
  mkdirSync(data, { recursive: true });
  writeFileSync(join(home, file), stringify(config));
}

/** Starts what should run and does not, on the data it left, and answers the description with the new processes. */
export function startMissing(
  programs: Programs,
  directory: string,
  description: NetworkDescription,
): NetworkDescription {
  const agencies = description.agencies.map((agency) => ({
    ...agency,
    ...(agency.orderer && {
      orderer: {
        ...agency.orderer,
        process: keepOr(agency.orderer.process, () => startOrderer(programs, directory, agency)),
      },
    }),
    ...(agency.peer && {
      peer: { ...agency.peer, process: keepOr(agency.peer.process, () => startPeer(programs, directory, agency)) },
    }),
    chaincodes: startChaincodes({ programs, directory, packages: description.packages }, agency),
  }));
  return { ...description, agencies };
}

function keepOr(record: ProcessRecord | undefined, start: () => ProcessRecord): ProcessRecord {
  return record !== undefined && isRunning(record) ? record : start();
}

function startOrderer({ bin }: Programs, directory: string, { name }: AgencyDescription): ProcessRecord {
  const layout = layoutOf(directory).agency(name);
  const env = { FABRIC_CFG_PATH: layout.orderer.home, ...logging };
  return startProcess({
    command: join(bin, 'orderer'),
    args: [],
    cwd: layout.orderer.home,
    env,
    log: layout.log('orderer'),
  });
}

function startPeer({ bin }: Programs, directory: string, { name }: AgencyDescription): ProcessRecord {
  const layout = layoutOf(directory).agency(name);
  const env = {
    FABRIC_CFG_PATH: layout.peer.home,
    ...logging,
    PLINTH_CHAINCODES: layout.chaincodes,
  };
  return startProcess({
    command: join(bin, 'peer'),
    args: ['node', 'start'],
    cwd: layout.peer.home,
    env,
    log: layout.log('peer'),
  });
}

type Deployment = {
  readonly programs: Programs;
  readonly directory: string;
  readonly packages: NetworkDescription['packages'];
};

function startChaincodes(deployment: Deployment, agency: AgencyDescription): AgencyDescription['chaincodes'] {
  const started = Object.entries(agency.chaincodes).map(([chaincode, server]) => {
    const program = deployment.programs.chaincodes[chaincode];
    const id = deployment.packages[chaincode];
    if (program === undefined || id === undefined) return [chaincode, server] as const;
    const layout = layoutOf(deployment.directory).agency(agency.name);
    const env = {
      CHAINCODE_ID: id,
      CHAINCODE_SERVER_ADDRESS: server.address,
      CORE_PEER_LOCALMSPID: agency.name,
      PLINTH_REGISTRY_KEY: join(layout.keystore, 'registry.key'),
    };
    const start = () => startProcess({ ...program, env, log: layout.log(baseName(chaincode)) });
    return [chaincode, { ...server, process: keepOr(server.process, start) }] as const;
  });
  return Object.fromEntries(started);
}

/** Waits until these servers accept connections; a process that ended instead is an error with the end of its log. */
export async function untilListening(servers: readonly Listening[]): Promise<void> {
  await Promise.all(
    servers.map(async ({ what, address, process }) =>
      until(`${what} listens`, async () => {
        if (await answers(address)) return true;
        if (!isRunning(process)) throw new Error(`${what} ended:\n${process === undefined ? '' : tailOf(process.log)}`);
        return false;
      }),
    ),
  );
}

type Listening = {
  readonly what: string;
  readonly address: string;
  readonly process: ProcessRecord | undefined;
};

/** The ports at which orderers take joins and peers take calls. */
export function nodesOf({ agencies }: NetworkDescription): Listening[] {
  return agencies.flatMap(({ name, orderer, peer }) => [
    ...(orderer === undefined ? [] : [orderer.admin, orderer.address]).map((address) => ({
      ...{ what: `orderer of ${name}`, address, process: orderer?.process },
    })),
    ...(peer === undefined ? [] : [{ what: `peer of ${name}`, address: peer.address, process: peer.process }]),
  ]);
}

type ChaincodeListening = Listening & { readonly chaincode: string };

/** The ports of the chaincode servers that have been started. */
export function chaincodesOf({ agencies }: NetworkDescription): ChaincodeListening[] {
  return agencies.flatMap(({ name, chaincodes }) =>
    Object.entries(chaincodes).flatMap(([chaincode, { address, process }]) =>
      process === undefined ? [] : [{ what: `${chaincode} of ${name}`, chaincode, address, process }],
    ),
  );
}
