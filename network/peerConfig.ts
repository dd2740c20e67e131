import type { AgencyDescription } from './description.ts';
import { layoutOf, type NodeLayout } from './layout.ts';

/** Cryptography of Fabric's nodes: keys in files, as cryptogen writes them. */
export const bccsp = { Default: 'SW', SW: { Hash: 'SHA2', Security: 256, FileKeyStore: { KeyStore: '' } } };

/** Logging of Fabric's nodes, without colours; their gRPC servers tell of every call at `info`. */
export const logging = {
  FABRIC_LOGGING_SPEC: 'info:grpc=warn:comm.grpc.server=warn:gossip=warn',
  FABRIC_LOGGING_FORMAT: '%{time:2006-01-02T15:04:05.000Z07:00} %{level} [%{module}] %{shortfunc}: %{message}',
};

/** The `core.yaml` of an agency's peer. */
export function peerConfig(directory: string, name: string, peer: NonNullable<AgencyDescription['peer']>): object {
  const layout = layoutOf(directory);
  const node = layout.agency(name).peer;
  return {
    peer: {
      ...identity(name, peer, node),
      ...services,
      gossip: gossip(peer.address),
      tls: {
        enabled: true,
        clientAuthRequired: false,
        cert: { file: node.tls.certificate },
        key: { file: node.tls.key },
        rootcert: { file: node.tls.root },
      },
    },
    vm: { endpoint: '' },
    chaincode: chaincode(layout.builder),
    ledger: ledger(node.snapshots),
    operations: { listenAddress: peer.operations },
    metrics: { provider: 'prometheus' },
  };
}

function identity(name: string, peer: NonNullable<AgencyDescription['peer']>, node: NodeLayout): object {
  return {
    id: `peer.${name}`,
    networkId: 'plinth',
    address: peer.address,
    listenAddress: peer.address,
    chaincodeAddress: peer.chaincodeListener,
    chaincodeListenAddress: peer.chaincodeListener,
    localMspId: name,
    localMspType: 'bccsp',
    mspConfigPath: node.msp,
    fileSystemPath: node.data,
    BCCSP: bccsp,
  };
}

const services = {
  // Shorter than clients wait: so a peer that never answers is named, and others are asked in its place.
  gateway: { enabled: true, endorsementTimeout: '6s', broadcastTimeout: '30s', dialTimeout: '2m' },
  // Fabric's own clients ping every 10 s; a server that allows less tells them to go away.
  keepalive: {
    interval: '7200s',
    timeout: '20s',
    minInterval: '5s',
    client: { interval: '60s', timeout: '20s' },
    deliveryClient: { interval: '60s', timeout: '20s' },
  },
  authentication: { timewindow: '2m' },
  client: { connTimeout: '3s' },
  deliveryclient: {
    blockGossipEnabled: false,
    reconnectTotalTimeThreshold: '3600s',
    connTimeout: '3s',
    reConnectBackoffThreshold: '10s',
  },
  handlers: {
    // A transaction's time is its client's clock: the last filter keeps it within the window above.
    authFilters: [{ name: 'DefaultAuth' }, { name: 'ExpirationCheck' }, { name: 'TimeWindowCheck' }],
    decorators: [{ name: 'DefaultDecorator' }],
    endorsers: { escc: { name: 'DefaultEndorsement' } },
    validators: { vscc: { name: 'DefaultValidation' } },
  },
  discovery: {
    enabled: true,
    authCacheEnabled: true,
    authCacheMaxSize: 1000,
    authCachePurgeRetentionRatio: 0.75,
    orgMembersAllowedAccess: false,
  },
  limits: { concurrency: { endorserService: 2500, deliverService: 2500, gatewayService: 500 } },
  maxRecvMsgSize: 104_857_600,
  maxSendMsgSize: 104_857_600,
};

// With the default intervals a new network is ready only after 21 s.
function gossip(address: string): object {
  return {
    bootstrap: address,
    endpoint: address,
    externalEndpoint: address,
    useLeaderElection: false,
    orgLeader: true,
    reconnectInterval: '1s',
    publishStateInfoInterval: '1s',
    requestStateInfoInterval: '1s',
    aliveTimeInterval: '1s',
    // An endorser hands private values to the other members before it answers: this is how long a dead one can hold it up.
    dialTimeout: '1s',
    connTimeout: '1s',
    state: { enabled: false },
    pvtData: {
      pullRetryThreshold: '5s',
      transientstoreMaxBlockRetention: 20_000,
      pushAckTimeout: '1s',
      btlPullMargin: 10,
      reconcileBatchSize: 10,
      reconcileSleepInterval: '5s',
      reconciliationEnabled: true,
      // What is invalid has no effect: waiting for its private values would let any one agency hold up all the others.
      skipPullingInvalidTransactionsDuringCommit: true,
      implicitCollectionDisseminationPolicy: { requiredPeerCount: 0, maxPeerCount: 1 },
    },
  };
}

function chaincode(builder: string): object {
  return {
    externalBuilders: [{ name: 'service', path: builder, propagateEnvironment: ['PLINTH_CHAINCODES'] }],
    installTimeout: '60s',
    startuptimeout: '60s',
    executetimeout: '30s',
    mode: 'net',
    keepalive: 0, // the Node shim ends its process when it is pinged
    system: { _lifecycle: 'enable', cscc: 'enable', lscc: 'enable', qscc: 'enable' },
  };
}

function ledger(snapshots: string): object {
  return {
    state: { stateDatabase: 'goleveldb', totalQueryLimit: 100_000 },
    history: { enableHistoryDatabase: true },
    pvtdataStore: {
      collElgProcMaxDbBatchSize: 5000,
      collElgProcDbBatchesInterval: 1000,
      deprioritizedDataReconcilerInterval: '60m',
      purgeInterval: 1,
    },
    snapshots: { rootDir: snapshots },
  };
}
