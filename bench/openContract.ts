import type { Context } from 'fabric-contract-api';
import { parseBatch, parseDisclosures } from '#chaincode/batch.ts';
import { handle, readHeads, type Transaction } from '#chaincode/handle.ts';
import { peerBatchesOf } from '#chaincode/peerBatches.ts';
import { Contract } from '#chaincode/shim.ts';
import { findHead } from '#chaincode/streams.ts';
import { overlayOn, type WorldState } from '#chaincode/worldState.ts';
import type { Outcome } from '#domain/envelope.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { sha256 } from '#domain/seal/digest.ts';
import type { Sealer } from '#domain/seal/sealing.ts';

/**
 * The registry without private data, for one figure: the same rules, signatures and unique values, but what people say of
 * themselves lies in clear in the public state. Nobody should run this.
 */
export class OpenContract extends Contract {
  readonly #registryKey: Uint8Array;

  constructor(registryKey: Uint8Array) {
    super('open');
    this.#registryKey = registryKey;
  }

  async submit({ stub }: Context, json: string): Promise<string> {
    const commands = parseBatch(json);
    const disclosures = parseDisclosures(stub.getTransient().get('disclosures'));
    const { seconds, nanos } = stub.getTxTimestamp();
    const transaction: Transaction = {
      channel: stub.getChannelID(),
      agency: stub.getCreator().mspid,
      at: new Date(Number(seconds) * 1000 + Math.floor(nanos / 1_000_000)).toISOString(),
      overlay: overlayOn(publicStateOf(stub)),
      registryKeyOf: () => this.#registryKey,
      sealer: openSealer,
    };
    await readHeads(transaction, commands);
    const outcomes: Outcome[] = [];
    for (const command of commands)
      outcomes.push(await handle(transaction, command, disclosures.get((command as { id: string }).id))); // the bench sends commands only
    await transaction.overlay.flush();
    return canonicalJson(outcomes);
  }

  async head({ stub }: Context, stream: string): Promise<string> {
    const head = await findHead(overlayOn(publicStateOf(stub)), stream);
    return head === undefined ? '' : canonicalJson(head);
  }
}

const openSealer: Sealer = {
  seal: (_place, disclosures) => {
    const entry = Buffer.from(JSON.stringify(disclosures));
    return { entry, commitment: sha256(entry) }; // as long as a commitment to a key
  },
};

function publicStateOf(stub: Context['stub']): WorldState {
  const peer = peerBatchesOf(stub);
  if (peer === undefined) throw new Error('the bench runs on peers');
  return {
    getAll: async (keys) => (await peer.getAll(keys)).map((bytes) => (bytes.length === 0 ? undefined : bytes)),
    writeAll: async (writes) => peer.writeAll(writes.map((write) => ({ ...write, collection: '' }))),
  };
}
