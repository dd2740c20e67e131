import { join } from 'node:path';

/** Where the folder of a network keeps what; cryptogen sets the names below `crypto`. */
export function layoutOf(directory: string) {
  const crypto = join(directory, 'crypto');
  return {
    crypto,
    genesis: join(directory, 'genesis.block'),
    builder: join(directory, 'builder'),
    collections: join(directory, 'collections.json'),
    package: (chaincode: string) => join(directory, `${chaincode}.tgz`),
    agency: (name: string) => agencyLayout(directory, name),
  };
}

function agencyLayout(directory: string, name: string) {
  const home = join(directory, 'agencies', name);
  const peers = join(directory, 'crypto', 'peerOrganizations', name);
  const orderers = join(directory, 'crypto', 'ordererOrganizations', name);
  const client = join(peers, 'users', `User1@${name}`, 'msp');
  return {
    home,
    keystore: join(home, 'keystore'),
    /** One file per chaincode package label: the address at which this agency runs it. */
    chaincodes: join(home, 'chaincodes'),
    msp: join(peers, 'msp'),
    admin: join(peers, 'users', `Admin@${name}`, 'msp'),
    client: {
      certificate: join(client, 'signcerts', `User1@${name}-cert.pem`),
      key: join(client, 'keystore', 'priv_sk'),
    },
    tlsRoot: join(peers, 'tlsca', `tlsca.${name}-cert.pem`),
    peer: node(join(home, 'peer'), join(peers, 'peers', `peer.${name}`)),
    orderer: {
      ...node(join(home, 'orderer'), join(orderers, 'orderers', `orderer.${name}`)),
      certificate: join(orderers, 'orderers', `orderer.${name}`, 'msp', 'signcerts', `orderer.${name}-cert.pem`),
    },
    log: (component: string) => join(home, `${component}.log`),
  };
}

function node(home: string, crypto: string) {
  return {
    home,
    data: join(home, 'data'),
    msp: join(crypto, 'msp'),
    tls: {
      certificate: join(crypto, 'tls', 'server.crt'),
      key: join(crypto, 'tls', 'server.key'),
      root: join(crypto, 'tls', 'ca.crt'),
    },
  };
}

/** Folders and TLS files of one orderer or peer. */
export type NodeLayout = ReturnType<typeof node>;
