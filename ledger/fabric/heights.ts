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
 * Waits until the own peer has every block of which any other peer tells, but no longer than `patience` (ms, more than a
 * healthy peer needs for a block): others may boast of blocks that nobody has, or take their time. One that tells nothing by
 * then is not asked for a while. Where the own peer does not answer, there is nothing to wait for.
 */
export async function catchUp(
  gateways: Pick<Gateways, 'answering' | 'own' | 'avoid'>,
  channel: string,
  patience = 2000,
): Promise<void> {
  const end = performance.now() + patience;
  const heightOf = async (peer: PeerGateway): Promise<number | undefined> => {
    const tooLate = pause(Math.max(0, end - performance.now()), undefined, { ref: false });
    return Promise.race([heightAt(peer, channel), tooLate]).catch(() => undefined);
  };
  const { own } = gateways;
  const answering = gateways.answering();
  if (!answering.includes(own)) return;
  const others = answering.filter((peer) => peer !== own);
  const told = await Promise.all(others.map(heightOf));
  others.filter((_, index) => told[index] === undefined).forEach((peer) => gateways.avoid(peer));
  const tip = Math.max(0, ...told.map((height) => height ?? 0));
  for (let height = await heightOf(own); height !== undefined && height < tip; height = await heightOf(own)) {
    if (performance.now() > end) return;
    await pause(20);
  }
}
