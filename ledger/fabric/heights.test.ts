import { describe, expect, it } from '@jest/globals';
import { common } from '@hyperledger/fabric-protos';
import { catchUp } from './heights.ts';
import type { PeerGateway } from './peerGateway.ts';

/** A peer as its gateway client shows it, that tells one height after another, and the last one for ever. */
function peerOf(agency: string, ...heights: readonly (number | 'silent' | 'slow')[]) {
  const left = [...heights];
  const evaluate = () => {
    const height = left.length > 1 ? left.shift() : left[0];
    if (height === 'slow') return new Promise<never>(() => undefined);
    if (height === undefined || height === 'silent') return Promise.reject(new Error('no answer'));
    const info = new common.BlockchainInfo();
    info.setHeight(height);
    return Promise.resolve(info.serializeBinary());
  };
  const peer = { agency, chain: { evaluate } } as unknown as PeerGateway; // what is asked of it here, and no more
  return { peer, left };
}

function gatewaysOf(own: PeerGateway, ...others: readonly PeerGateway[]) {
  const avoided: string[] = [];
  const avoid = ({ agency }: PeerGateway) => void avoided.push(agency);
  return { gateways: { own, answering: () => [own, ...others], avoid }, avoided };
}

describe('a peer that catches up', () => {
  it('is waited for until it has what the others tell of', async () => {
    const own = peerOf('civil-registry', 7, 7, 8, 9);
    const { gateways, avoided } = gatewaysOf(own.peer, peerOf('election-office', 9).peer);
    await catchUp(gateways, 'plinth');
    expect(own.left).toEqual([9]);
    expect(avoided).toEqual([]);
  });

  it('is not held up by one that is silent, which is not asked for a while', async () => {
    const { gateways, avoided } = gatewaysOf(
      peerOf('civil-registry', 9).peer,
      peerOf('election-office', 'silent').peer,
    );
    await catchUp(gateways, 'plinth');
    expect(avoided).toEqual(['election-office']);
  });

  it('is not waited for when it is silent itself', async () => {
    const { gateways, avoided } = gatewaysOf(
      peerOf('civil-registry', 'silent').peer,
      peerOf('election-office', 9).peer,
    );
    await catchUp(gateways, 'plinth');
    expect(avoided).toEqual([]);
  });

  it('is not held up for ever by one that boasts', async () => {
    const boasting = peerOf('election-office', 1_000_000).peer;
    const { gateways, avoided } = gatewaysOf(peerOf('civil-registry', 9).peer, boasting);
    await catchUp(gateways, 'plinth', 100);
    expect(avoided).toEqual([]);
  });

  it('is not held up by one that takes its time, which is not asked for a while', async () => {
    const { gateways, avoided } = gatewaysOf(peerOf('civil-registry', 9).peer, peerOf('election-office', 'slow').peer);
    await catchUp(gateways, 'plinth', 100);
    expect(avoided).toEqual(['election-office']);
  });
});
