import { Avoidance } from './avoidance.ts';
import type { FabricConnection } from './connection.ts';
import { openPeerGateway, type PeerGateway } from './peerGateway.ts';

/** The peers that this node may ask: its own agency's first, another's while that one does not answer. */
export class Gateways {
  readonly #gateways: readonly PeerGateway[];
  readonly #silent = new Avoidance();

  constructor(connection: FabricConnection) {
    // gRPC connects at the first call, so a peer that is never asked costs nothing.
    this.#gateways = connection.peers.map((peer) => openPeerGateway(connection, peer));
  }

  get own(): PeerGateway {
    const [first] = this.#gateways;
    if (first === undefined) throw new Error('a connection without peers');
    return first;
  }

  inOrder(): readonly PeerGateway[] {
    return this.#silent.lastOf(this.#gateways, ({ agency }) => agency);
  }

  /** Those that have not just been silent. */
  answering(): readonly PeerGateway[] {
    return this.#gateways.filter(({ agency }) => !this.#silent.has(agency));
  }

  /** This one did not answer, or not in time: for a while it is asked last. */
  avoid({ agency }: PeerGateway): void {
    this.#silent.add(agency);
  }

  close(): void {
    for (const gateway of this.#gateways) gateway.close();
  }
}
