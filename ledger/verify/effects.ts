import type { PrivateHash, Read, Write } from '../blocks/readWriteSet.ts';
import { Message, bufferOf } from './wire.ts';

/** What one chaincode read and wrote in a transaction. */
export type Effect = {
  readonly namespace: string;
  readonly reads: readonly Read[];
  readonly writes: readonly Write[];
  readonly privateHashes: readonly PrivateHash[];
  /** Range queries and metadata of keys, which this tool does not replay. */
  readonly isBeyond: boolean;
};

const name = 'what was read and written';

/** What a serialised `TxReadWriteSet` holds, one effect for each of its parts. */
export function effectsOf(results: Uint8Array): readonly Effect[] {
  return new Message(results, name).list(2).map((bytes) => effectOf(new Message(bytes, name)));
}

/** Of a `NsReadWriteSet`: the public part is a `KVRWSet`, and there is one more part for each private collection. */
function effectOf(set: Message): Effect {
  const open = new Message(set.bytes(2), name);
  const hidden = set.list(3).map((bytes) => hiddenOf(new Message(bytes, name)));
  return {
    namespace: set.text(1),
    reads: [...open.list(1).map(readOf), ...hidden.flatMap(({ reads }) => reads)],
    writes: open.list(3).map(writeOf),
    privateHashes: hidden.flatMap(({ writes }) => writes),
    isBeyond: open.has(2) || open.has(4) || hidden.some(({ isBeyond }) => isBeyond),
  };
}

function readOf(bytes: Uint8Array): Read {
  const read = new Message(bytes, name);
  return { collection: '', key: read.text(1), ...versionOf(read.find(2, name)) };
}

function versionOf(version: Message | undefined): Pick<Read, 'version'> {
  return version === undefined ? {} : { version: { block: version.number(1), transaction: version.number(2) } };
}

function writeOf(bytes: Uint8Array): Write {
  const write = new Message(bytes, name);
  return { key: write.text(1), isDelete: write.number(2) !== 0, value: write.bytes(3) };
}

type Hidden = {
  readonly reads: readonly Read[];
  readonly writes: readonly PrivateHash[];
  readonly isBeyond: boolean;
};

/** Of a `CollectionHashedReadWriteSet`. */
function hiddenOf(set: Message): Hidden {
  const collection = set.text(1);
  const hashed = new Message(set.bytes(2), name);
  const reads = hashed.list(1).map((bytes) => {
    const read = new Message(bytes, name);
    return { collection, key: base64url(read.bytes(1)), ...versionOf(read.find(2, name)) };
  });
  const writes = hashed.list(2).map((bytes) => {
    const write = new Message(bytes, name);
    const gone = write.number(2) !== 0;
    return {
      ...{ collection, keyHash: base64url(write.bytes(1)), isPurge: write.number(4) !== 0 },
      ...(!gone && { valueHash: base64url(write.bytes(3)) }),
    };
  });
  return { reads, writes, isBeyond: hashed.has(3) };
}

function base64url(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('base64url');
}
