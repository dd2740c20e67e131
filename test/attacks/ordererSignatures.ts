import { readFileSync } from 'node:fs';
import { common } from '@hyperledger/fabric-protos';
import { headerBytes } from '#ledger/blocks/blockHash.ts';
import { signerOf, type Signer } from '#ledger/embedded/identities.ts';
import { layoutOf } from '#network/layout.ts';

const { SIGNATURES } = common.BlockMetadataIndex;

/** An orderer's number on the channel, and the key with which it signs blocks. */
export type Consenter = { readonly id: number; readonly signer: Signer };

/** The key of an agency's orderer, out of the network's folder. */
export function ordererSigner(directory: string, agency: string): Signer {
  const { certificate, key } = layoutOf(directory).agency(agency).orderer;
  return signerOf(agency, { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') });
}

/** The block with the signatures of these orderers and no others. */
export function signedBy(bytes: Uint8Array, signers: readonly Consenter[]): common.Block {
  const block = common.Block.deserializeBinary(bytes);
  const parts = block.getMetadata()?.getMetadataList_asU8() ?? [];
  const metadata = common.Metadata.deserializeBinary(parts[SIGNATURES] ?? new Uint8Array());
  const header = headerBytes(block.getHeader() ?? new common.BlockHeader());
  metadata.setSignaturesList(signers.map((each) => signature(each, metadata.getValue_asU8(), header)));
  block.getMetadata()?.setMetadataList(parts.with(SIGNATURES, metadata.serializeBinary()));
  return block;
}

/** How many orderers' signatures a block holds. */
export function signaturesIn(bytes: Uint8Array): number {
  const parts = common.Block.deserializeBinary(bytes).getMetadata()?.getMetadataList_asU8() ?? [];
  return common.Metadata.deserializeBinary(parts[SIGNATURES] ?? new Uint8Array()).getSignaturesList().length;
}

function signature({ id, signer }: Consenter, value: Uint8Array, header: Uint8Array): common.MetadataSignature {
  const identifier = new common.IdentifierHeader();
  identifier.setIdentifier(id);
  const made = new common.MetadataSignature();
  made.setIdentifierHeader(identifier.serializeBinary());
  made.setSignature(signer.sign(Buffer.concat([value, made.getIdentifierHeader_asU8(), header])));
  return made;
}
