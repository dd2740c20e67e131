import { common } from '@hyperledger/fabric-protos';

/** Blocks in the form of a peer's blockfile: no tags, numbers as protobuf writes them, a length before whatever has one. */
export function blockFileOf(blocks: readonly Uint8Array[]): Buffer {
  return Buffer.concat(blocks.map((bytes) => withLength(recordOf(common.Block.deserializeBinary(bytes)))));
}

function recordOf(block: common.Block): Buffer {
  const header = block.getHeader() ?? new common.BlockHeader();
  return Buffer.concat([
    varint(header.getNumber()),
    withLength(header.getDataHash_asU8()),
    withLength(header.getPreviousHash_asU8()),
    listOf(block.getData()?.getDataList_asU8() ?? []),
    listOf(block.getMetadata()?.getMetadataList_asU8() ?? []),
  ]);
}

function listOf(items: readonly Uint8Array[]): Buffer {
  return Buffer.concat([varint(items.length), ...items.map(withLength)]);
}

function withLength(bytes: Uint8Array): Buffer {
  return Buffer.concat([varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}
