import { createHash } from 'node:crypto';
import type { common } from '@hyperledger/fabric-protos';

/** The bytes of a header that Fabric hashes and orderers sign: DER of number, previous hash and data hash. */
export function headerBytes(header: common.BlockHeader): Buffer {
  const body = Buffer.concat([
    der(0x02, integer(header.getNumber())),
    der(0x04, header.getPreviousHash_asU8()),
    der(0x04, header.getDataHash_asU8()),
  ]);
  return der(0x30, body);
}

/** What the next block names as its previous hash. */
export function blockHash(header: common.BlockHeader): Buffer {
  return digest([headerBytes(header)]);
}

/** Hash over the raw envelopes, one after the other. */
export function dataHash(envelopes: readonly Uint8Array[]): Buffer {
  return digest(envelopes);
}

function digest(parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function der(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  const size = shortest(length);
  return Buffer.concat([Buffer.of(tag, 0x80 | size.length), size, content]);
}

function integer(value: number): Buffer {
  const bytes = shortest(value);
  const first = bytes[0] ?? 0;
  return first < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]); // DER integers are signed
}

function shortest(value: number): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}
