import { decodeBlock, type Block } from '#ledger/blocks/decodeBlock.ts';
import type { Ledger } from '#ledger/ledger.ts';

export type ReadBlock = { readonly block: Block; readonly bytes: Buffer };

/** Every block that the ledger has now. */
export async function readBlocks(ledger: Ledger): Promise<readonly ReadBlock[]> {
  const { height } = await ledger.status();
  const stop = new AbortController();
  const read: ReadBlock[] = [];
  for await (const delivered of ledger.blocks(0, stop.signal)) {
    read.push({ block: decodeBlock(delivered), bytes: Buffer.from(delivered.bytes) });
    if (read.length >= height) break;
  }
  stop.abort();
  return read;
}
