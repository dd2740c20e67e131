import type { AgencyDescription, NetworkDescription } from './description.ts';
import { layoutOf } from './layout.ts';
import { chaincode, channel, type NetworkOptions } from './options.ts';
import { freePorts, host } from './ports.ts';

const portsOfAgency = 7;

/** Gives every node of the network its place: ports that are free now, files, names. Nothing is started. */
export async function describeNetwork(options: NetworkOptions): Promise<NetworkDescription> {
  const ports = await freePorts(options.agencies.length * portsOfAgency, options.firstPort);
  const addresses = ports.map((port) => `${host}:${port}`);
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

type Agency = NetworkOptions['agencies'][number];

function describeAgency(directory: string, { name, peer }: Agency, addresses: readonly string[]): AgencyDescription {
  const layout = layoutOf(directory).agency(name);
  const [orderer = '', admin = '', ordererOperations = '', ...rest] = addresses;
  const [address = '', chaincodeListener = '', operations = '', server = ''] = rest;
  const tls = { serverName: 'localhost', tlsRoot: layout.tlsRoot };
  return {
    name,
    orderer: { address: orderer, admin, operations: ordererOperations, ...tls },
    ...(peer && { peer: { address, chaincodeListener, operations, ...tls } }),
    chaincodes: peer ? { [chaincode]: { address: server } } : {},
    client: { certificate: layout.client.certificate, key: layout.client.key },
    admin: layout.admin.msp,
    keystore: layout.keystore,
  };
}
