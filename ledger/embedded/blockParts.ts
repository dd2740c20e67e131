import { common } from '@hyperledger/fabric-protos';
import { dataHash, headerBytes } from '../blocks/blockHash.ts';
import type { Signer } from './identities.ts';

/** A block with header and data, not yet signed. */
export function emptyBlock(number: number, previousHash: Uint8Array, envelopes: readonly Uint8Array[]): common.Block {
  const header = new common.BlockHeader();
  header.setNumber(number);
  header.setPreviousHash(previousHash);
  header.setDataHash(dataHash(envelopes));
  const content = new common.BlockData();
  content.setDataList([...envelopes]);
  const block = new common.Block();
  block.setHeader(header);
  block.setData(content);
  return block;
}

type Seals = {
  /** Validity, one byte per transaction. */
  readonly codes: Uint8Array;
  readonly commitHash?: Uint8Array;
  readonly orderer?: Signer;
};

/** Adds the metadata: the orderer's signature as a BFT consenter makes it, and what a peer adds, flags and commit hash. */
export function seal(block: common.Block, { codes, commitHash, orderer }: Seals): common.Block {
  const metadata = new common.BlockMetadata();
  const commit = new common.Metadata();
  if (commitHash !== undefined) commit.setValue(commitHash);
  const none = new Uint8Array();
  metadata.setMetadataList([signatures(block, orderer), none, codes, none, commit.serializeBinary()]);
  block.setMetadata(metadata);
  return block;
}

function signatures(block: common.Block, orderer: Signer | undefined): Uint8Array {
  const lastConfig = new common.OrdererBlockMetadata();
  lastConfig.setLastConfig(new common.LastConfig()); // block 0: the configuration never changes here
  const metadata = new common.Metadata();
  metadata.setValue(lastConfig.serializeBinary());
  const header = block.getHeader();
  if (orderer === undefined || header === undefined) return metadata.serializeBinary();
  const identifier = new common.IdentifierHeader();
  identifier.setIdentifier(1);
  identifier.setNonce(Buffer.alloc(24, header.getNumber())); // a nonce has no work to do: the header is in what is signed
  const signature = new common.MetadataSignature();
  signature.setIdentifierHeader(identifier.serializeBinary());
  const signed = [metadata.getValue_asU8(), signature.getIdentifierHeader_asU8(), headerBytes(header)];
  signature.setSignature(orderer.sign(Buffer.concat(signed)));
  metadata.setSignaturesList([signature]);
  return metadata.serializeBinary();
}
