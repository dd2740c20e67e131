import { common } from '@hyperledger/fabric-protos';
import { blockHash } from '#ledger/blocks/blockHash.ts';
import { commitHash } from '#ledger/blocks/commitHash.ts';
import { decodeBlock } from '#ledger/blocks/decodeBlock.ts';
import { emptyBlock, seal } from '#ledger/embedded/blockParts.ts';
import { updatesOf } from '#ledger/embedded/effects.ts';
import { signerOf } from '#ledger/embedded/identities.ts';
import type { MspKeys } from '#ledger/embedded/mspKeys.ts';

/** The block that an honest orderer and honest peers make of one valid transaction, behind the last of these. */
export function nextBlock(blocks: readonly Uint8Array[], mspKeys: MspKeys, envelope: Uint8Array): Uint8Array {
  const last = common.Block.deserializeBinary(blocks.at(-1) ?? new Uint8Array());
  const number = blocks.length;
  const block = emptyBlock(number, blockHash(last.getHeader() ?? new common.BlockHeader()), [envelope]);
  const decoded = decodeBlock({ bytes: block.serializeBinary(), privateSets: new Map() });
  const before = last.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.COMMIT_HASH];
  const commit = common.Metadata.deserializeBinary(before ?? new Uint8Array()).getValue_asU8();
  const codes = Buffer.of(0);
  const orderer = signerOf(mspKeys.orderer.agency, mspKeys.orderer);
  const hash = commitHash(codes, updatesOf(number, decoded.transactions), commit);
  return seal(block, { codes, commitHash: hash, orderer }).serializeBinary();
}
