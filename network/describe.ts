import type { AgencyDescription, NetworkDescription } from './description.ts';
import { layoutOf } from './layout.ts';
import { chaincode, channel, type NetworkOptions } from './options.ts';
import { freePorts, host } from './ports.ts';

const portsOfAgency = 7;

/** Gives every node of the network its place: ports that are free now, files, names. Nothing is started. */
export async function describeNetwork(options: NetworkOptions): Promise<NetworkDescription> {
  const addresses = await freeAddresses(options.agencies.length * portsOfAgency, options.firstPort);
  return {
    ready: false,
    channel,
    chaincode,
    endorsement: { agencies: [...options.endorsement.agencies], required: options.endorsement.required },
    classes: Object.fromEntries(
      Object.entries(options.classes).map(([name, { members }]) => [name, { members: [...members] }]),
    ),
    packages: {},
    agencies: options.agencies.map((agency, index) =>
      describeAgency(options.directory, agency, addresses.slice(index * portsOfAgency)),
    ),
  };
}

/** A peer for an agency of a network that runs, and a place for its chaincode where it shall endorse. */
export async function describePeer(
  directory: string,
  name: string,
  endorse: boolean,
): Promise<Pick<AgencyDescription, 'peer' | 'chaincodes'>> {
  const [address = '', chaincodeListener = '', operations = '', server = ''] = await freeAddresses(4);
  const peer = { address, chaincodeListener, operations, ...tlsOf(directory, name) };
  return { peer, chaincodes: endorse ? { [chaincode]: { address: server } } : {} };
}

/** An orderer for an agency of a network that runs. */
export async function describeOrderer(directory: string, name: string): Promise<Pick<AgencyDescription, 'orderer'>> {
  const [address = '', admin = '', operations = ''] = await freeAddresses(3);
  return { orderer: { address, admin, operations, ...tlsOf(directory, name) } };
}

/** An agency that runs nothing yet. */
export function describeMember(directory: string, name: string): AgencyDescription {
  const layout = layoutOf(directory).agency(name);
  return {
    name,
    chaincodes: {},
    client: { certificate: layout.client.certificate, key: layout.client.key },
    admin: layout.admin.msp,
    keystore: layout.keystore,
  };
}

type Agency = NetworkOptions['agencies'][number];

function describeAgency(directory: string, { name, peer }: Agency, addresses: readonly string[]): AgencyDescription {
  const [orderer = '', admin = '', ordererOperations = '', ...rest] = addresses;
  const [address = '', chaincodeListener = '', operations = '', server = ''] = rest;
  const tls = tlsOf(directory, name);
  return {
    ...describeMember(directory, name),
    orderer: { address: orderer, admin, operations: ordererOperations, ...tls },
    ...(peer && { peer: { address, chaincodeListener, operations, ...tls } }),
    chaincodes: peer ? { [chaincode]: { address: server } } : {},
  };
}

function tlsOf(directory: string, name: string): { readonly serverName: string; readonly tlsRoot: string } {
  return { serverName: 'localhost', tlsRoot: layoutOf(directory).agency(name).tlsRoot };
}

async function freeAddresses(count: number, first?: number): Promise<readonly string[]> {
  return (await freePorts(count, first)).map((port) => `${host}:${port}`);
}
