import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FabricConnection } from '#ledger/fabric/connection.ts';
import { Gateways } from '#ledger/fabric/gateways.ts';
import { openFabricLedger } from '#ledger/fabric/openFabricLedger.ts';
import { FabricTransactor } from '#ledger/fabric/transactor.ts';
import type { Transactor } from '#ledger/transactor.ts';
import { connectionOf } from '#network/connection.ts';
import { networkDown, stopNetwork } from '#network/down.ts';
import { layoutOf } from '#network/layout.ts';
import type { NetworkOptions } from '#network/options.ts';
import { networkUp } from '#network/up.ts';
import { settled } from '#test/network/settledLedger.ts';
import { agencies, type AgencyName } from '#test/registry.ts';
import { transactorWithClock } from './fabricClock.ts';
import { members, type Testbed } from './testbed.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** A real network of four agencies in a temporary folder: four orderers, three peers with their chaincode. */
export async function openFabricTestbed(): Promise<Testbed> {
  const directory = join(await mkdtemp(join(tmpdir(), 'plinth-network-')), 'network');
  const report = (line: string) => void process.stderr.write(`  network: ${line}\n`);
  const options: NetworkOptions = { directory, repository, ...members, report };
  const close = async () => {
    await networkDown(directory);
    await rm(join(directory, '..'), { recursive: true });
  };
  try {
    return testbedOn(options, await nodesOf(options), close);
  } catch (error) {
    await stopNetwork(directory); // its folder stays, for the logs
    throw error;
  }
}

type Node = {
  readonly connection: FabricConnection;
  readonly ledger: ReturnType<typeof openFabricLedger>;
  readonly transactor: Transactor;
  readonly carelessTransactor: Transactor;
  readonly close: () => Promise<void>;
};

async function nodesOf(options: NetworkOptions): Promise<ReadonlyMap<AgencyName, Node>> {
  const description = await networkUp(options);
  return new Map(agencies.map((agency) => [agency, openNode(connectionOf(description, agency))]));
}

function openNode(connection: FabricConnection): Node {
  const gateways = new Gateways(connection);
  const ledger = settled(openFabricLedger(connection));
  return {
    connection,
    ledger,
    transactor: new FabricTransactor(connection, gateways),
    carelessTransactor: new FabricTransactor({ ...connection, classes: heldByAll(connection) }, gateways),
    close: async () => {
      await ledger.close();
      gateways.close();
    },
  };
}

function heldByAll({ classes, endorsement }: FabricConnection): FabricConnection['classes'] {
  return Object.fromEntries(Object.keys(classes).map((name) => [name, { members: endorsement.agencies }]));
}

function testbedOn(
  options: NetworkOptions,
  nodes: ReadonlyMap<AgencyName, Node>,
  remove: () => Promise<void>,
): Testbed {
  const nodeOf = (agency: AgencyName) => {
    const node = nodes.get(agency);
    if (node === undefined) throw new Error(`no node of ${agency}`);
    return node;
  };
  return {
    ledger: (agency) => nodeOf(agency).ledger,
    transactor: (agency, offset = 0) =>
      offset === 0 ? nodeOf(agency).transactor : transactorWithClock(nodeOf(agency).connection, offset),
    carelessTransactor: (agency) => nodeOf(agency).carelessTransactor,
    disk: (agency) => layoutOf(options.directory).agency(agency).home,
    // The nodes stay: they must find the network again by themselves.
    restart: async () => {
      await stopNetwork(options.directory);
      await networkUp(options);
    },
    close: async () => {
      await Promise.all([...nodes.values()].map((node) => node.close()));
      await remove();
    },
  };
}
