import { setTimeout as pause } from 'node:timers/promises';
import { ledger, type peer } from '@hyperledger/fabric-protos';
import type { DeliveredBlock } from '../ledger.ts';
import type { FabricConnection } from './connection.ts';
import type { PeerGateway } from './peerGateway.ts';

const firstPause = 100;
const longestPause = 2000;

/** Blocks from the agency's own peer, in order and without a gap, for as long as it takes: a broken stream is opened again behind the last block. */
export async function* followBlocks(
  { chaincode }: FabricConnection,
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
    } catch {
      // Peer down, stream cut, or 404: this peer is not as far yet. All of them end by trying again.
    }
    await pause(wait, undefined, { signal }).catch(() => undefined);
    wait = Math.min(wait * 2, longestPause);
  }
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
