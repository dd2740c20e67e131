import { join } from 'node:path';

/** Where the folder of a network keeps what. */
export function layoutOf(directory: string) {
  return {
    genesis: join(directory, 'genesis.block'),
    builder: join(directory, 'builder'),
    collections: join(directory, 'collections.json'),
    package: (chaincode: string) => join(directory, `${chaincode}.tgz`),
    agency: (name: string) => agencyLayout(directory, name),
  };
}

function agencyLayout(directory: string, name: string) {
  const home = join(directory, 'agencies', name);
  const msp = join(home, 'msp');
  return {
    home,
    keystore: join(home, 'keystore'),
    /** One file per chaincode package label: the address at which this agency runs it. */
    chaincodes: join(home, 'chaincodes'),
    /** Home of the agency's certificate authority: its key, its register, its log. */
    authority: join(home, 'ca'),
    /** What the channel is told of the agency: its roots and how its certificates tell who is who. */
    msp,
    admin: identity(join(home, 'admin')),
    /** The agency's gateway as a client of the network. */
    client: identity(join(home, 'client')),
    /** A client beside the gateway. */
    furtherClient: (client: string) => identity(join(home, 'clients', client)),
    /** Who may register others at the authority, and revoke what it has issued. */
    registrar: identity(join(home, 'registrar')),
    tlsRoot: join(msp, 'tlscacerts', 'ca.pem'),
    peer: node(join(home, 'peer')),
    orderer: node(join(home, 'orderer')),
    log: (component: string) => join(home, `${component}.log`),
  };
}

function identity(home: string) {
  const msp = join(home, 'msp');
  return { msp, certificate: join(msp, 'signcerts', 'cert.pem'), key: join(msp, 'keystore', 'key.pem') };
}

function node(home: string) {
  const tls = join(home, 'tls');
  return {
    home,
    data: join(home, 'data'),
    snapshots: join(home, 'data', 'snapshots'),
    ...identity(home),
    tls: { certificate: join(tls, 'server.crt'), key: join(tls, 'server.key'), root: join(tls, 'ca.crt') },
  };
}

/** Files by which somebody proves who they are. */
export type IdentityLayout = ReturnType<typeof identity>;

/** Folders and TLS files of one orderer or peer. */
export type NodeLayout = ReturnType<typeof node>;

/** Everything of one agency. */
export type AgencyLayout = ReturnType<typeof agencyLayout>;
