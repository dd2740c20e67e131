import { peer } from '@hyperledger/fabric-protos';
import type { Context } from 'fabric-contract-api';
import type { StateWrite } from './worldState.ts';

/** Many keys in one message. Every message to a peer is a round trip that nothing else of the transaction can overlap. */
export type PeerBatches = {
  readonly getAll: (keys: readonly string[]) => Promise<readonly Uint8Array[]>;
  readonly writeAll: (writes: readonly StateWrite[]) => Promise<void>;
};

type Ask = (message: peer.ChaincodeMessage, method: string) => Promise<Uint8Array>;

const most = 1000; // keys a peer takes in one message

/**
 * What peers offer since Fabric 3.1 and fabric-shim does not: reads and writes of many keys. Undefined where the stub stands
 * on something else than a peer. The read-write set is the same as with single messages.
 */
export function peerBatchesOf(stub: Context['stub']): PeerBatches | undefined {
  const ask = askOf(stub);
  if (ask === undefined) return undefined;
  const send = async (type: number, body: Uint8Array): Promise<Uint8Array> => {
    const message = new peer.ChaincodeMessage();
    message.setType(type as Parameters<typeof message.setType>[0]); // a member of its own enumeration, typed as a number there
    message.setPayload(body);
    message.setTxid(stub.getTxID());
    message.setChannelId(stub.getChannelID());
    return ask(message, 'PutState'); // the shim's name for an answer that is handed on as it is
  };
  const { GET_STATE_MULTIPLE, WRITE_BATCH_STATE } = peer.ChaincodeMessage.Type;
  return {
    getAll: async (keys) => {
      const values: Uint8Array[] = [];
      for (const part of parts(keys)) values.push(...valuesIn(await send(GET_STATE_MULTIPLE, question(part))));
      return values;
    },
    writeAll: async (writes) => {
      for (const part of parts(writes)) await send(WRITE_BATCH_STATE, order(part));
    },
  };
}

/** The shim's own queue of messages to the peer; it is not part of its types. */
function askOf(stub: Context['stub']): Ask | undefined {
  const handler: unknown = 'handler' in stub ? stub.handler : undefined;
  if (typeof handler !== 'object' || handler === null || !('_askPeerAndListen' in handler)) return undefined;
  const { _askPeerAndListen: ask } = handler;
  return typeof ask === 'function' ? (ask.bind(handler) as Ask) : undefined; // as read in fabric-shim 2.5.8
}

function question(keys: readonly string[]): Uint8Array {
  const body = new peer.GetStateMultiple();
  body.setKeysList([...keys]);
  return body.serializeBinary();
}

function valuesIn(answer: Uint8Array): readonly Uint8Array[] {
  return peer.GetStateMultipleResult.deserializeBinary(answer).getValuesList_asU8();
}

function order(writes: readonly StateWrite[]): Uint8Array {
  const { PUT_STATE, PURGE_PRIVATE_DATA } = peer.WriteRecord.Type;
  const body = new peer.WriteBatchState();
  body.setRecList(
    writes.map(({ collection, key, value }) => {
      const record = new peer.WriteRecord();
      record.setCollection(collection);
      record.setKey(key);
      if (value !== undefined) record.setValue(value);
      record.setType(value === undefined ? PURGE_PRIVATE_DATA : PUT_STATE);
      return record;
    }),
  );
  return body.serializeBinary();
}

function parts<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / most) }, (_, index) =>
    items.slice(index * most, (index + 1) * most),
  );
}
