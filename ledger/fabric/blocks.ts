import { setTimeout as pause } from 'node:timers/promises';
import { common, ledger, type peer } from '@hyperledger/fabric-protos';
import { BlocksPruned, type DeliveredBlock } from '../ledger.ts';
import type { FabricConnection } from './connection.ts';
import type { PeerGateway } from './peerGateway.ts';

const firstPause = 100;
const longestPause = 2000;

/**
 * Blocks from the agency's own peer, in order and without a gap, for as long as it takes: a broken stream is opened again
 * behind the last block. Throws a BlocksPruned when that peer began with a snapshot and never had the block.
 */
export async function* followBlocks(
  { chaincode, channel }: FabricConnection,
  peerGateway: PeerGateway,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<DeliveredBlock> {
  let next = from;
  let wait = firstPause;
  while (!signal.aborted) {
    try {
      for await (const event of openStream(peerGateway, next, signal)) {
        const block = deliveredBlock(event, chaincode);
        if (block.number !== next) break;
        yield block;
        next += 1;
        wait = firstPause;
      }
    } catch (error) {
      // Peer down, stream cut, or a peer that is not as far yet: all of them end by trying again.
      if (noSuchBlock.test(String(error))) await refusePruned(peerGateway, channel, next);
    }
    await pause(wait, undefined, { signal }).catch(() => undefined);
    wait = Math.min(wait * 2, longestPause);
  }
}

const noSuchBlock = /status response: 404/;

/** A peer says 404 of a block that has not come yet, and of one from before the snapshot it began with. */
async function refusePruned({ agency, chain }: PeerGateway, channel: string, block: number): Promise<void> {
  const question = chain.evaluate('GetChainInfo', { arguments: [channel], endorsingOrganizations: [agency] });
  const bytes = await question.catch(() => undefined); // asked again with the next try
  if (bytes === undefined) return;
  const snapshot = common.BlockchainInfo.deserializeBinary(bytes).getBootstrappingsnapshotinfo();
  const first = (snapshot?.getLastblockinsnapshot() ?? -1) + 1;
  if (block < first) throw new BlocksPruned(first);
}

async function* openStream(
  { network }: PeerGateway,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<peer.BlockAndPrivateData> {
  const events = await network.getBlockAndPrivateDataEvents({ startBlock: BigInt(from) });
  const close = () => events.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    if (!signal.aborted) yield* events;
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

function deliveredBlock(event: peer.BlockAndPrivateData, chaincode: string): DeliveredBlock {
  const block = event.getBlock();
  const header = block?.getHeader();
  if (block === undefined || header === undefined) throw new Error('a block without a header');
  const privateSets = new Map<number, Uint8Array>();
  event.getPrivateDataMapMap().forEach((set: ledger.rwset.TxPvtReadWriteSet, index: number) => {
    // Fabric's own approvals of definitions come along; they are no business of the registry.
    const ours = set.getNsPvtRwsetList().filter((each) => each.getNamespace() === chaincode);
    if (ours.length === 0) return;
    const kept = new ledger.rwset.TxPvtReadWriteSet();
    kept.setDataModel(set.getDataModel());
    kept.setNsPvtRwsetList(ours);
    privateSets.set(index, kept.serializeBinary());
  });
  return { number: header.getNumber(), bytes: block.serializeBinary(), privateSets };
}
