import { setTimeout as pause } from 'node:timers/promises';
import { common } from '@hyperledger/fabric-protos';
import type { Gateways } from './gateways.ts';
import type { PeerGateway } from './peerGateway.ts';

/** Number of blocks at a peer. */
export async function heightAt({ chain, agency }: PeerGateway, channel: string): Promise<number> {
  // Named, because a gateway on its own would ask any peer, also one that is behind this one.
  const options = { arguments: [channel], endorsingOrganizations: [agency] };
  return common.BlockchainInfo.deserializeBinary(await chain.evaluate('GetChainInfo', options)).getHeight();
}

/**
 * Waits until the own peer has every block of which any peer tells that answers; where it does not answer itself, there is
 * nothing to wait for. A peer could boast of blocks that nobody has: after `patience` (ms, longer than a healthy peer needs on
 * a busy machine) it is not asked for a while, so that it cannot hold up everything that is refused.
 */
export async function catchUp(
  gateways: Pick<Gateways, 'answering' | 'own' | 'avoid'>,
  channel: string,
  patience = 5000,
): Promise<void> {
  const heightOf = async (peer: PeerGateway): Promise<number | undefined> => {
    try {
      return await heightAt(peer, channel);
    } catch {
      gateways.avoid(peer);
      return undefined;
    }
  };
  const { own } = gateways;
  const peers = gateways.answering();
  if (!peers.includes(own)) return;
  const heights = await Promise.all(peers.map(heightOf));
  const tip = Math.max(...heights.map((height) => height ?? 0));
  const deadline = performance.now() + patience;
  while (performance.now() < deadline) {
    const height = await heightOf(own);
    if (height === undefined || height >= tip) return;
    await pause(20);
  }
  peers.filter((_, index) => heights[index] === tip).forEach((peer) => gateways.avoid(peer));
}
