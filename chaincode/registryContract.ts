import type { Context } from 'fabric-contract-api';
import type { Outcome } from '#domain/envelope.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { sealerOf } from '#domain/seal/sealing.ts';
import { parseBatch, parseDisclosures } from './batch.ts';
import { handle, readHeads, type Transaction } from './handle.ts';
import { peerBatchesOf, type PeerBatches } from './peerBatches.ts';
import { Contract } from './shim.ts';
import { findStoredHead, getEvents } from './stored.ts';
import { findHead } from './streams.ts';
import { overlayOn, type WorldState } from './worldState.ts';

const historyPage = 500;

/** The Fabric contract `registry`: one way to write, three to read, no rules of its own. Instances are shared by all transactions. */
export class RegistryContract extends Contract {
  readonly #registryKeyOf: () => Uint8Array;

  /** `registryKeyOf` is asked when a value is claimed: at an agency that holds no private values that never happens. */
  constructor(registryKeyOf: () => Uint8Array) {
    super('registry');
    this.#registryKeyOf = registryKeyOf;
  }

  /** Decides a batch `{commands}`; answers one outcome per command. Private values come in the transient map: `seed`, `disclosures`. */
  async submit(context: Context, json: string): Promise<string> {
    const commands = parseBatch(json);
    const { stub } = context;
    const disclosures = parseDisclosures(stub.getTransient().get('disclosures'));
    const transaction = transactionOf(stub, this.#registryKeyOf);
    await readHeads(transaction, commands);
    const outcomes: Outcome[] = [];
    for (const command of commands)
      outcomes.push(await handle(transaction, command, disclosures.get(commandIdOf(command))));
    await transaction.overlay.flush();
    return canonicalJson(outcomes);
  }

  /** The stream's head as JSON, or an empty text. */
  async head(context: Context, stream: string): Promise<string> {
    const head = await findHead(overlayOn(worldStateOf(context.stub)), stream);
    return head === undefined ? '' : canonicalJson(head);
  }

  /** Up to 500 events of a stream from version `from` on, as a JSON array. */
  async history(context: Context, stream: string, from: string): Promise<string> {
    const state = overlayOn(worldStateOf(context.stub));
    const newest = (await findStoredHead(state, stream))?.version ?? 0;
    const first = Math.max(1, Number(from) || 1);
    const last = Math.min(newest, first + historyPage - 1);
    return canonicalJson(await getEvents(state, stream, { first, last }));
  }

  /** A private entry of this peer in base64url, or an empty text. */
  async privateEntry(context: Context, collection: string, key: string): Promise<string> {
    const bytes = await context.stub.getPrivateData(collection, key);
    return Buffer.from(bytes).toString('base64url');
  }
}

function transactionOf(stub: Context['stub'], registryKeyOf: () => Uint8Array): Transaction {
  const seed = stub.getTransient().get('seed');
  return {
    channel: stub.getChannelID(),
    agency: stub.getCreator().mspid,
    at: timeOf(stub),
    overlay: overlayOn(worldStateOf(stub)),
    registryKeyOf,
    sealer: seed === undefined ? undefined : sealerOf(seed),
  };
}

function timeOf(stub: Context['stub']): string {
  const { seconds, nanos } = stub.getTxTimestamp();
  return new Date(Number(seconds) * 1000 + Math.floor(nanos / 1_000_000)).toISOString();
}

function worldStateOf(stub: Context['stub']): WorldState {
  const { getAll, writeAll } = peerBatchesOf(stub) ?? oneByOne(stub);
  return {
    getAll: async (keys) => (await getAll(keys)).map((bytes) => (bytes.length === 0 ? undefined : bytes)), // Fabric answers an absent key with no bytes
    writeAll,
  };
}

/** For a stub that stands on something else than a peer, where messages cost nothing. */
function oneByOne(stub: Context['stub']): PeerBatches {
  return {
    getAll: (keys) => Promise.all(keys.map((key) => stub.getState(key))),
    writeAll: async (writes) => {
      for (const { collection, key, value } of writes) {
        if (value === undefined) await stub.purgePrivateData(collection, key);
        else if (collection === '') await stub.putState(key, value);
        else await stub.putPrivateData(collection, key, value);
      }
    },
  };
}

function commandIdOf(command: unknown): string {
  return typeof command === 'object' && command !== null && 'id' in command ? String(command.id) : '';
}
