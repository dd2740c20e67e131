import { common } from '@hyperledger/fabric-protos';
import { Message } from './wire.ts';

/** A block's parts as they lie in its bytes. */
export type BlockParts = {
  readonly header: common.BlockHeader;
  readonly envelopes: readonly Uint8Array[];
  readonly metadata: readonly Uint8Array[];
};

/** Takes a serialised block apart, and refuses one in which something else could hide. */
export function readBlock(bytes: Uint8Array): BlockParts {
  const block = new Message(bytes, 'the block').demandWhole({ lists: [1, 2, 3] });
  const header = block.get(1, 'the header').demandWhole({ scalars: [1, 2, 3] });
  const transactions = block.find(2, 'the block')?.demandWhole({ lists: [1] });
  const metadata = block.find(3, 'the block')?.demandWhole({ lists: [1] });
  return {
    header: headerOf(header),
    envelopes: transactions?.list(1) ?? [],
    metadata: metadata?.list(1) ?? [],
  };
}

function headerOf(read: Message): common.BlockHeader {
  const header = new common.BlockHeader();
  header.setNumber(read.number(1));
  header.setPreviousHash(read.bytes(2));
  header.setDataHash(read.bytes(3));
  return header;
}
