import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Client, credentials, type CallOptions } from '@grpc/grpc-js';
import { connect, signers, type Contract, type Gateway, type Network } from '@hyperledger/fabric-gateway';
import type { FabricConnection, PeerAddress } from './connection.ts';

/** One peer as a client sees it. */
export type PeerGateway = {
  /** Whose peer it is. */
  readonly agency: string;
  readonly gateway: Gateway;
  readonly network: Network;
  readonly contract: Contract;
  /** The peer's own chaincode that answers about blocks. */
  readonly chain: Contract;
  readonly close: () => void;
};

const within = (milliseconds: number) => (): CallOptions => ({ deadline: Date.now() + milliseconds });

const channelOptions = {
  // A peer that comes back is found again within a second.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1000,
  // A connection that died without a word is noticed; peers allow a ping each 5 s.
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
};

/** Opens the gateway of one peer. Every call has a deadline; only streams of blocks have none. */
export function openPeerGateway(connection: FabricConnection, peer: PeerAddress): PeerGateway {
  const client = new Client(peer.address, credentials.createSsl(readFileSync(peer.tlsRoot)), {
    ...channelOptions,
    'grpc.ssl_target_name_override': peer.serverName,
  });
  const gateway = connect({
    client,
    identity: { mspId: connection.agency, credentials: readFileSync(connection.client.certificate) },
    signer: signers.newPrivateKeySigner(createPrivateKey(readFileSync(connection.client.key))),
    evaluateOptions: within(5_000),
    endorseOptions: within(10_000),
    submitOptions: within(5_000),
    commitStatusOptions: within(5_000),
  });
  const network = gateway.getNetwork(connection.channel);
  return {
    agency: peer.agency,
    gateway,
    network,
    contract: network.getContract(connection.chaincode),
    chain: network.getContract('qscc'),
    close: () => {
      gateway.close();
      client.close();
    },
  };
}
