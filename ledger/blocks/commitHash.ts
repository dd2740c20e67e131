import { hash } from 'node:crypto';

const longestNumber = 8; // bytes; JavaScript counts no further

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
  const written = new Written();
  written.number(codes.length);
  written.bytes(codes);
  writeUpdates(written, updates);
  written.bytes(previous);
  return hash('sha256', written.all, 'buffer');
}

/** Public before private within a namespace, names and keys by their bytes; a name is written only where it changes. */
function writeUpdates(written: Written, updates: readonly Update[]): void {
  const sorted = [...updates].sort(
    (a, b) => compare(a.namespace, b.namespace) || compare(a.collection, b.collection) || Buffer.compare(a.key, b.key),
  );
  const one = new Written();
  sorted.forEach((update, index) => {
    const before = sorted[index - 1];
    const newNamespace = before?.namespace !== update.namespace;
    const newCollection = newNamespace || before.collection !== update.collection;
    one.clear();
    writeUpdate(one, update, [newNamespace ? update.namespace : '', newCollection ? update.collection : '']);
    written.field(1, one.all);
  });
}

function compare(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The proto `KVWrite` of Fabric's transaction manager, which fabric-protos does not have; empty fields are left out. */
function writeUpdate(
  one: Written,
  { key, value, block, transaction }: Update,
  [namespace, collection]: readonly [string, string],
): void {
  if (namespace !== '') one.field(1, Buffer.from(namespace));
  if (collection !== '') one.field(2, Buffer.from(collection));
  one.field(3, key);
  if (value === undefined) one.bytes(Buffer.of(4 << 3, 1));
  else one.field(5, value);
  one.field(6, Buffer.from([...orderedNumber(block), ...orderedNumber(transaction)]));
}

/** Fabric's order-preserving number: how many bytes, then the bytes. */
function orderedNumber(value: number): readonly number[] {
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 0x100)) bytes.unshift(rest % 0x100);
  return [bytes.length, ...bytes];
}

/** Protobuf, written into one buffer that grows: one for each field costs more than the hash over all of them. */
class Written {
  #buffer = Buffer.allocUnsafe(1024);
  #length = 0;

  get all(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  field(number: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.number((number << 3) | 2);
    this.number(bytes.length);
    this.bytes(bytes);
  }

  number(value: number): void {
    this.#reserve(longestNumber);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80))
      this.#length = this.#buffer.writeUInt8((rest % 0x80) | 0x80, this.#length);
    this.#length = this.#buffer.writeUInt8(rest, this.#length);
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.#length + more));
    larger.set(this.all);
    this.#buffer = larger;
  }
}
