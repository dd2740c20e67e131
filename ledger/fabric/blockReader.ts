import { setTimeout as pause } from 'node:timers/promises';
import { common } from '@hyperledger/fabric-protos';
import { LedgerUnavailable } from '../ledger.ts';
import type { FabricConnection, PeerAddress } from './connection.ts';
import { openPeerGateway, type PeerGateway } from './peerGateway.ts';

/** A peer that was made from a snapshot has no blocks from before it, whoever asks. */
class NoHistory extends Error {
  readonly code = 'ERR_NO_HISTORY';

  constructor(agency: string, from: number) {
    super(
      `ERR_NO_HISTORY: the peer of ${agency} does not have block ${from}: it was made from a snapshot; ask another agency's`,
    );
    this.name = 'NoHistory';
  }
}

const [firstPause, longestPause] = [100, 2000];

/**
 * One peer, asked for its blocks and for nothing else, with a client's certificate: whoever the channel lets read may do so. It
 * needs no keystore, and makes no key.
 */
export class BlockReader {
  /** Whose peer it is. */
  readonly agency: string;
  readonly #channel: string;
  readonly #peer: PeerGateway;

  constructor(connection: FabricConnection, peer: PeerAddress) {
    this.agency = peer.agency;
    this.#channel = connection.channel;
    this.#peer = openPeerGateway(connection, peer);
  }

  /** Number of blocks that it has. Throws a LedgerUnavailable when it does not answer. */
  async height(): Promise<number> {
    try {
      const bytes = await this.#peer.chain.evaluate('GetChainInfo', {
        arguments: [this.#channel],
        endorsingOrganizations: [this.agency], // a gateway on its own would ask any peer
      });
      return common.BlockchainInfo.deserializeBinary(bytes).getHeight();
    } catch (cause) {
      throw new LedgerUnavailable(cause);
    }
  }

  /** Serialised blocks from `from` on, then live ones, in order, for as long as it takes. Throws a NoHistory. */
  async *blocks(from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    let next = from;
    let wait = firstPause;
    while (!signal.aborted) {
      try {
        for await (const block of this.#stream(next, signal)) {
          if (block.getHeader()?.getNumber() !== next) break;
          yield block.serializeBinary();
          next += 1;
          wait = firstPause;
        }
      } catch (error) {
        if (isNotFound(error) && (await this.height()) > next) throw new NoHistory(this.agency, next);
        // Otherwise the peer is down, the stream was cut, or the peer is not as far yet: all of them end by trying again.
      }
      await pause(wait, undefined, { signal }).catch(() => undefined);
      wait = Math.min(wait * 2, longestPause);
    }
  }

  close(): void {
    this.#peer.close();
  }

  async *#stream(from: number, signal: AbortSignal): AsyncGenerator<common.Block> {
    const events = await this.#peer.network.getBlockEvents({ startBlock: BigInt(from) });
    const end = () => events.close();
    signal.addEventListener('abort', end, { once: true });
    try {
      if (!signal.aborted) yield* events;
    } finally {
      signal.removeEventListener('abort', end);
      end();
    }
  }
}

/** What a peer answers for a block that it does not have. */
function isNotFound(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'message' in error && /\b404\b/.test(String(error.message));
}
