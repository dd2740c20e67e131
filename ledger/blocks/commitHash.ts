import { createHash } from 'node:crypto';

/** One key as a block leaves it: the last valid write to it. `key` is the key's bytes, or their hash in a private collection. */
export type Update = {
  readonly namespace: string;
  /** Empty for public state. */
  readonly collection: string;
  readonly key: Uint8Array;
  /** The value, or its hash in a private collection; undefined when the key was deleted. */
  readonly value: Uint8Array | undefined;
  readonly block: number;
  readonly transaction: number;
};

/**
 * Fabric's commit hash of a block: over its validity flags, everything it changed, and the commit hash before it.
 * Each peer computes it for itself, so equal hashes at two agencies mean equal states.
 */
export function commitHash(codes: Uint8Array, updates: readonly Update[], previous: Uint8Array): Buffer {
  const hash = createHash('sha256').update(varint(codes.length)).update(codes);
  for (const update of fabricOrder(updates)) hash.update(field(1, update));
  return hash.update(previous).digest();
}

/** Public before private within a namespace, names and keys by their bytes; a name is written only where it changes. */
function fabricOrder(updates: readonly Update[]): readonly Buffer[] {
  const sorted = [...updates].sort(
    (a, b) => compare(a.namespace, b.namespace) || compare(a.collection, b.collection) || Buffer.compare(a.key, b.key),
  );
  return sorted.map((update, index) => {
    const before = sorted[index - 1];
    const newNamespace = before?.namespace !== update.namespace;
    const newCollection = newNamespace || before.collection !== update.collection;
    return encode(update, newNamespace ? update.namespace : '', newCollection ? update.collection : '');
  });
}

function compare(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The proto `KVWrite` of Fabric's transaction manager, which fabric-protos does not have; empty fields are left out. */
function encode(update: Update, namespace: string, collection: string): Buffer {
  return Buffer.concat([
    field(1, Buffer.from(namespace)),
    field(2, Buffer.from(collection)),
    field(3, update.key),
    update.value === undefined ? Buffer.of(4 << 3, 1) : Buffer.alloc(0),
    field(5, update.value ?? Buffer.alloc(0)),
    field(6, Buffer.concat([orderedNumber(update.block), orderedNumber(update.transaction)])),
  ]);
}

function field(number: number, bytes: Uint8Array): Buffer {
  if (bytes.length === 0) return Buffer.alloc(0);
  return Buffer.concat([Buffer.of((number << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** Fabric's order-preserving number: how many bytes, then the bytes. */
function orderedNumber(value: number): Buffer {
  if (value === 0) return Buffer.of(0);
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}
