import { common } from '@hyperledger/fabric-protos';
import { dataHash } from '#ledger/blocks/blockHash.ts';
import type { Lie } from './lyingOrderer.ts';
import { signedBy, type Consenter } from './ordererSignatures.ts';

const { SIGNATURES } = common.BlockMetadataIndex;

/** What an orderer can make of a block that the others have agreed on, with its own key and an old block of the chain. */
export function falseBlocks(own: Consenter, old: Uint8Array): readonly Lie[] {
  const [other = new Uint8Array()] = envelopesOf(common.Block.deserializeBinary(old));
  const another = (block: common.Block) => withEnvelopes(block, [other]);
  const flipped = (block: common.Block) => withEnvelopes(block, envelopesOf(block).map(flip));
  const madeToFit = (block: common.Block): common.Block => {
    const made = another(block);
    made.getHeader()?.setDataHash(dataHash(envelopesOf(made)));
    return made;
  };
  return [
    { name: 'another transaction in it', of: another },
    { name: 'a flipped byte in it', of: flipped },
    { name: 'an old block in its place', of: () => common.Block.deserializeBinary(old) },
    { name: "another block under the true one's signatures", of: madeToFit },
    { name: 'another block that it alone signed', of: (block) => signedBy(madeToFit(block).serializeBinary(), [own]) },
    {
      name: 'another block that it signed three times',
      of: (block) => signedBy(madeToFit(block).serializeBinary(), [own, own, own]),
    },
  ];
}

/** What a peer that had taken such a block would store: nothing but the block itself is false. */
export function stored(lie: Lie, truth: Uint8Array): Uint8Array {
  const peers = common.Block.deserializeBinary(truth).getMetadata()?.getMetadataList_asU8() ?? [];
  const block = lie.of(common.Block.deserializeBinary(truth));
  const own = block.getMetadata()?.getMetadataList_asU8() ?? [];
  block
    .getMetadata()
    ?.setMetadataList(peers.map((part, index) => (index === SIGNATURES ? (own[index] ?? part) : part)));
  return block.serializeBinary();
}

const envelopesOf = (block: common.Block) => block.getData()?.getDataList_asU8() ?? [];

function withEnvelopes(block: common.Block, envelopes: readonly Uint8Array[]): common.Block {
  const changed = common.Block.deserializeBinary(block.serializeBinary());
  changed.getData()?.setDataList([...envelopes]);
  return changed;
}

function flip(bytes: Uint8Array): Uint8Array {
  const changed = Buffer.from(bytes);
  const middle = Math.floor(bytes.length / 2);
  changed.writeUInt8(changed.readUInt8(middle) ^ 1, middle);
  return changed;
}
