import { status } from '@grpc/grpc-js';
import { GatewayError } from '@hyperledger/fabric-gateway';
import type { LedgerEvent } from '#domain/envelope.ts';
import { LedgerUnavailable, type StreamHead } from '../ledger.ts';
import type { FabricConnection } from './connection.ts';
import type { Gateways } from './gateways.ts';
import { heightAt } from './heights.ts';
import type { PeerGateway } from './peerGateway.ts';

// The contract hands out a history in pages of this size.
const page = 500;
const answered: number = status.UNKNOWN;

/** What can be read without a transaction. */
export class Queries {
  readonly #gateways: Gateways;
  readonly #channel: string;

  constructor(gateways: Gateways, { channel }: FabricConnection) {
    this.#gateways = gateways;
    this.#channel = channel;
  }

  async head(stream: string): Promise<StreamHead | undefined> {
    const text = await this.#read('head', stream);
    return text === '' ? undefined : (JSON.parse(text) as StreamHead); // written by our contract
  }

  async history(stream: string, from = 1): Promise<readonly LedgerEvent[]> {
    const text = await this.#read('history', stream, String(from));
    const events = JSON.parse(text) as LedgerEvent[]; // written by our contract
    return events.length < page ? events : [...events, ...(await this.history(stream, from + page))];
  }

  async privateEntry(collection: string, key: string): Promise<Uint8Array | undefined> {
    try {
      const text = await this.#read('privateEntry', collection, key);
      return text === '' ? undefined : Buffer.from(text, 'base64url');
    } catch (error) {
      if (error instanceof GatewayError && notHere.test(error.message)) return undefined;
      throw error;
    }
  }

  /** Number of blocks at the peer that answers. */
  async height(): Promise<number> {
    return this.#ask(async (peer) => heightAt(peer, this.#channel));
  }

  /** The largest number of blocks at any peer that answers; the own agency's alone could be one that was restored. */
  async tip(): Promise<number> {
    const peers = this.#gateways.inOrder();
    const others = peers.filter(({ agency }) => agency !== this.#gateways.own.agency);
    const heights = await Promise.allSettled(peers.map(async (peer) => heightAt(peer, this.#channel)));
    const answered = peers.filter((_, index) => heights[index]?.status === 'fulfilled');
    const enough = others.length === 0 ? answered.length > 0 : others.some((peer) => answered.includes(peer));
    if (!enough) throw new LedgerUnavailable(new Error('no other agency says how far the ledger is'));
    return Math.max(...heights.map((height) => (height.status === 'fulfilled' ? height.value : 0)));
  }

  async #read(transaction: string, ...args: readonly string[]): Promise<string> {
    const bytes = await this.#ask(async (peer) =>
      peer.contract.evaluate(transaction, { arguments: [...args], ...at(peer) }),
    );
    return Buffer.from(bytes).toString();
  }

  async #ask<T>(question: (peer: PeerGateway) => Promise<T>): Promise<T> {
    let last: unknown;
    for (const peer of this.#gateways.inOrder()) {
      try {
        return await question(peer);
      } catch (error) {
        if (error instanceof GatewayError && error.code === answered) throw error; // an answer of the chaincode: others would say the same
        this.#gateways.avoid(peer);
        last = error;
      }
    }
    throw new LedgerUnavailable(last);
  }
}

// A peer commits a block even when the private values of it have not reached it yet; and an agency that is no member never gets them.
const notHere = /private data matching public hash version is not available|does not have read access permission/;

// Named, because a gateway on its own would ask any peer, also one that is behind this one.
const at = ({ agency }: PeerGateway) => ({ endorsingOrganizations: [agency] });
