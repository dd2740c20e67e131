import { common } from '@hyperledger/fabric-protos';
import { Discrepancy, demand } from './discrepancy.ts';

/** A block as a peer's and an orderer's block store keep it, made into the message that Fabric sends. */
export function blockOfStore(record: Uint8Array): Uint8Array {
  const reader = new Reader(record);
  const header = new common.BlockHeader();
  header.setNumber(reader.number());
  header.setDataHash(reader.bytes());
  header.setPreviousHash(reader.bytes());
  const content = new common.BlockData();
  content.setDataList(reader.list());
  const metadata = new common.BlockMetadata();
  metadata.setMetadataList(reader.list());
  demand(reader.isAtEnd, 'a stored block with bytes behind it');
  const block = new common.Block();
  block.setHeader(header);
  block.setData(content);
  block.setMetadata(metadata);
  return block.serializeBinary();
}

/** The number that stands at the beginning, as protobuf writes numbers, and how many bytes it takes. */
export function varintOf(bytes: Uint8Array): { readonly value: number; readonly size: number } {
  let value = 0;
  for (let size = 1; size <= 7; size += 1) {
    const byte = bytes[size - 1];
    if (byte === undefined) break;
    value += (byte % 0x80) * 0x80 ** (size - 1);
    if (byte < 0x80) return { value, size };
  }
  throw new Discrepancy('a length that cannot be read');
}

class Reader {
  #rest: Uint8Array;

  constructor(record: Uint8Array) {
    this.#rest = record;
  }

  get isAtEnd(): boolean {
    return this.#rest.length === 0;
  }

  number(): number {
    const { value, size } = varintOf(this.#rest);
    this.#rest = this.#rest.subarray(size);
    return value;
  }

  bytes(): Uint8Array {
    const length = this.number();
    demand(length <= this.#rest.length, 'a stored block that ends too early');
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }

  list(): Uint8Array[] {
    const count = this.number();
    demand(count <= this.#rest.length, 'a stored block that ends too early');
    return Array.from({ length: count }, () => this.bytes());
  }
}
