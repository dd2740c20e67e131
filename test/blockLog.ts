import { crc32 } from 'node:zlib';

/** Blocks as the file of an embedded ledger holds them. */
export function logOf(blocks: readonly Uint8Array[]): Buffer {
  return Buffer.concat(blocks.flatMap((bytes) => [prefixOf(bytes), bytes]));
}

function prefixOf({ length }: Uint8Array): Buffer {
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32BE(length);
  prefix.writeUInt32BE(crc32(prefix.subarray(0, 4)), 4);
  return prefix;
}
